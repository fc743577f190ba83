import { isTyping } from "./keys.js";

// Rows open with a click anywhere, with the middle button in a new tab, and with j, k and Enter.
export function start() {
  document.addEventListener("click", open);
  document.addEventListener("auxclick", (event) => event.button === 1 && open(event));
  document.addEventListener("keydown", walk);
  document.addEventListener("click", takeOut);
  document.addEventListener("submit", compare, true);
  document.addEventListener("change", gather);
}

// A filter takes several records: each that is chosen becomes a box above the picker, which is free for the next.
function gather({ target }) {
  const choices = target.matches(".filter .picker input[type=hidden]") && target.value && target.closest(".filter").querySelector(".choices");
  if (!choices) return;
  const shown = target.parentElement.querySelector("[role=combobox]");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: target.name, value: target.value, checked: true });
  const line = Object.assign(document.createElement("label"), { className: "check" });
  line.append(box, ` ${shown.value}`);
  choices.append(line);
  target.value = shown.value = "";
}

// The address says how a filter compares: state__not=draft, memo__contains=x, due_on__empty=true.
function compare(event) {
  const way = event.target.querySelector?.("select[data-way]");
  if (!way) return;
  const name = way.dataset.way;
  const bare = ["empty", "filled"].includes(way.value);
  for (const input of event.target.querySelectorAll(`[name="${name}"], [name^="${name}__"]`)) {
    const bound = /__[gl]te$/.test(input.name);
    input.disabled = bare || (bound && way.value !== "");
    if (!bound) input.name = way.value ? `${name}__${way.value}` : name;
  }
  if (!bare) return;
  const said = Object.assign(document.createElement("input"), { type: "hidden", name: `${name}__empty`, value: way.value === "empty" });
  event.target.append(said);
}

// The files and the other faces are of the list as it is filtered now, not as it was when the page came.
function takeOut(event) {
  const link = event.target.closest("a[data-export]");
  if (link) {
    const [lines, wanted] = [new URLSearchParams(link.search).get("lines"), new URLSearchParams(location.search)];
    if (lines) wanted.set("lines", lines);
    link.search = wanted;
  }
  const face = event.target.closest(".list > header .faces a");
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
