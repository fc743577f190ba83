// The inbox by keys and by swipe, and the line of a draft by buttons. Without it the pages work by their forms alone.
const slips = () => [...document.querySelectorAll("[data-slip]")];
const THROW = 90;

function here() {
  return document.activeElement?.closest("[data-slip]") ?? slips()[0];
}

function step(by) {
  const all = slips();
  const at = all.indexOf(document.activeElement?.closest("[data-slip]"));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function giveBack(slip) {
  const box = slip.querySelector(".returning");
  box.open = true;
  box.querySelector("[name=reason]").focus();
}

function press(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  const slip = here();
  const does = {
    j: () => step(1),
    k: () => step(-1),
    a: () => slip?.querySelector("[data-approve]").click(),
    r: () => slip && giveBack(slip),
    x: () => slip?.querySelector("[name=ids]").click(),
  }[event.key];
  if (!does) return;
  event.preventDefault();
  event.stopPropagation();
  does();
}

// To the right approves, to the left asks why it goes back; a slip that is only nudged springs back.
function swipe(slip, from) {
  const move = (event) => {
    const by = event.clientX - from.clientX;
    if (Math.abs(by) < Math.abs(event.clientY - from.clientY)) return;
    slip.style.setProperty("--thrown", `${by}px`);
    slip.classList.toggle("will-approve", by > THROW);
    slip.classList.toggle("will-return", by < -THROW);
  };
  const end = () => {
    slip.removeEventListener("pointermove", move);
    if (slip.classList.contains("will-approve")) slip.querySelector("[data-approve]").click();
    if (slip.classList.contains("will-return")) giveBack(slip);
    slip.style.removeProperty("--thrown");
    slip.classList.remove("will-approve", "will-return");
  };
  slip.addEventListener("pointermove", move);
  slip.addEventListener("pointerup", end, { once: true });
  slip.addEventListener("pointercancel", end, { once: true });
}

function grab(event) {
  const slip = event.target.closest("[data-slip]");
  if (slip && event.pointerType !== "mouse" && !event.target.closest("input, button, summary, a")) swipe(slip, event);
}

// What was decided is gone; the next one has the keys, unless the hand has gone elsewhere: there an a is a letter.
let last = 0;
function settle() {
  const all = slips();
  document.querySelector("#no-slips").hidden = all.length > 0;
  document.querySelector("#many")?.toggleAttribute("hidden", !all.length);
  if (all.length && document.activeElement === document.body) all[Math.min(last, all.length - 1)].focus({ preventScroll: true });
}

function choose(event) {
  if (!event.target.matches("[data-all]")) return;
  for (const one of document.querySelectorAll("[name=ids]")) one.checked = event.target.checked;
}

function lay(event) {
  const place = event.target.closest("[data-place]");
  if (event.target.closest("[data-add]")) document.querySelector("[data-places]").append(document.querySelector("#blank-place").content.cloneNode(true));
  if (event.target.closest("[data-drop]")) place.remove();
  if (event.target.closest("[data-up]")) place.previousElementSibling?.before(place);
}

if (document.querySelector("#slips")) {
  document.addEventListener("keydown", press, true);
  document.addEventListener("pointerdown", grab);
  document.addEventListener("change", choose);
  document.body.addEventListener("htmx:beforeRequest", (event) => (last = Math.max(slips().indexOf(event.target.closest("[data-slip]")), 0)));
  document.body.addEventListener("htmx:afterSettle", settle);
  document.body.addEventListener("htmx:afterSwap", settle);
}
if (document.querySelector("[data-places]")) {
  const add = document.querySelector("[data-add]");
  add.hidden = false;
  document.addEventListener("click", lay);
  document.querySelector("[data-department]")?.addEventListener("change", (event) => {
    const form = event.target.form;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "department_only", value: "1" }));
    form.submit();
  });
}
