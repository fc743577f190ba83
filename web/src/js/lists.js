import { isTyping } from "./keys.js";

// Rows open with a click anywhere, with the middle button in a new tab, and with j, k and Enter.
export function start() {
  document.addEventListener("click", open);
  document.addEventListener("auxclick", (event) => event.button === 1 && open(event));
  document.addEventListener("keydown", walk);
  document.addEventListener("click", takeOut);
}

// The files and the other faces are of the list as it is filtered now, not as it was when the page came.
function takeOut(event) {
  const link = event.target.closest("a[data-export]");
  if (link) link.search = location.search;
  const face = event.target.closest(".faces a");
  if (!face) return;
  const [wanted, address] = [new URLSearchParams(face.search), new URLSearchParams(location.search)];
  for (const own of ["face", "by", "on", "after", "before", "count"]) address.delete(own);
  if (wanted.has("face")) address.set("face", wanted.get("face"));
  face.search = address;
}

const row = (element) => element.closest?.("tr[data-href]");

function open(event) {
  const clicked = row(event.target);
  const other = event.target.closest("a, button, input, label, summary");
  if (!clicked || other || String(window.getSelection())) return;
  if (event.button === 1 || event.ctrlKey || event.metaKey) window.open(clicked.dataset.href, "_blank", "noopener");
  else location.href = clicked.dataset.href;
}

function walk(event) {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.isComposing || event.ctrlKey || event.metaKey || isTyping(event)) return;
  const links = [...document.querySelectorAll("#rows tr[data-href] a.lead")];
  const now = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, now + step))]?.focus();
}
