// Codes are read by the camera where there is one, and by scanners.
// A scanner of bar codes is a keyboard: it types faster than a hand and ends with Enter. That Enter ends a field and
// never sends the form.
const FAST = 35;
const LEAST = 6;
let run = 0, last = 0;

export function start() {
  document.addEventListener("keydown", listen, true);
  document.addEventListener("keydown", end);
  if (document.querySelector("form[data-keep]")) offerCamera();
}

async function offerCamera() {
  const found = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  if (found.some((one) => one.kind === "videoinput")) (await import("./camera.js")).start(enter);
}

// What the camera read is as if a scanner had typed it.
function enter(box, text) {
  box.focus();
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  [run, last] = [LEAST, performance.now()];
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
}

function listen(event) {
  if (event.key.length === 1) run = event.timeStamp - last < FAST ? run + 1 : 1;
  if (event.key.length === 1) last = event.timeStamp;
}

export const isScanned = (event) => event.key === "Enter" && run >= LEAST && event.timeStamp - last < FAST * 2;

function end(event) {
  const box = event.target;
  if (event.defaultPrevented || !box.matches?.("form[data-keep] input, dialog form input") || !isScanned(event)) return;
  event.preventDefault();
  const boxes = [...box.form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((one) => one.checkVisibility());
  boxes[boxes.indexOf(box) + 1]?.focus();
}
