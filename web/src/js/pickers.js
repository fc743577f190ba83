import { goOn } from "./lines.js";
import { isScanned } from "./scanning.js";

// A searchable picker for references: a text box that asks the server, a hidden one that holds the chosen id.
const WAIT = 120;
let list, listed, active, timer, asked = 0;

export function start() {
  document.addEventListener("focusin", (event) => box(event.target) && event.target.select());
  document.addEventListener("input", (event) => box(event.target) && typed(event.target));
  document.addEventListener("keydown", keys);
  document.addEventListener("focusout", (event) => box(event.target) && left(event.target));
  document.addEventListener("mousedown", (event) => press(event));
  window.addEventListener("resize", close);
  document.addEventListener("scroll", (event) => active && event.target !== list && place(), true);
}

const box = (element) => element?.matches?.(".picker [role=combobox]");
const hidden = (input) => input.parentElement.querySelector("input[type=hidden]");

// What was typed and not chosen is sent as it is: the server finds it by code or name, or says what it did not find.
function typed(input) {
  const text = input.value.trim();
  clearTimeout(timer);
  hidden(input).value = quoted(text);
  input.dataset.open = "";
  timer = setTimeout(() => ask(input), WAIT);
}

// Digits alone would be taken for an id; an apostrophe says that they are a code.
export const quoted = (text) => (/^\d+$/.test(text) ? `'${text}` : text);

async function results(input) {
  const address = new URL(input.dataset.url, location.href);
  address.searchParams.set("q", input.value.trim());
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? (await answer.json()).results : [];
}

async function ask(input) {
  const turn = ++asked;
  const text = input.value.trim();
  const found = await results(input);
  if (turn !== asked || document.activeElement !== input) return;
  listed = text;
  show(input, found);
}

function show(input, found) {
  active = input;
  list ??= make();
  (input.closest("dialog") ?? document.body).append(list);
  list.replaceChildren(...found.map(option));
  if (!found.length) list.append(Object.assign(document.createElement("div"), { className: "none", textContent: input.dataset.none }));
  list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.labels?.[0]?.textContent ?? "");
  if (!list.matches(":popover-open")) list.showPopover();
  input.setAttribute("aria-expanded", "true");
  mark(0);
  place();
}

function make() {
  const made = document.createElement("div");
  Object.assign(made, { id: "options", className: "options", popover: "manual" });
  made.setAttribute("role", "listbox");
  return made;
}

function option(one, index) {
  const row = document.createElement("div");
  row.id = `option-${index}`;
  row.setAttribute("role", "option");
  Object.assign(row.dataset, { id: one.id, label: one.label });
  row.append(Object.assign(document.createElement("span"), { textContent: one.label }));
  if (one.detail) row.append(Object.assign(document.createElement("small"), { textContent: one.detail }));
  return row;
}

function place() {
  const at = active.getBoundingClientRect();
  const below = window.innerHeight - at.bottom > 220 || at.top < 220;
  Object.assign(list.style, {
    left: `${Math.max(8, Math.min(at.left, window.innerWidth - Math.max(at.width, 260) - 8))}px`,
    minWidth: `${Math.max(at.width, 260)}px`,
    maxWidth: `${window.innerWidth - 16}px`,
    top: below ? `${at.bottom + 4}px` : "auto",
    bottom: below ? "auto" : `${window.innerHeight - at.top + 4}px`,
  });
}

const rows = () => [...(list?.querySelectorAll("[role=option]") ?? [])];
const marked = () => rows().findIndex((row) => row.getAttribute("aria-selected") === "true");

function mark(index) {
  rows().forEach((row, place) => row.setAttribute("aria-selected", String(place === index)));
  rows()[index]?.scrollIntoView({ block: "nearest" });
  if (rows()[index]) active.setAttribute("aria-activedescendant", rows()[index].id);
}

function keys(event) {
  const input = event.target;
  if (!box(input) || event.isComposing) return;
  const open = active === input;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!open) return ask(input);
    return mark((marked() + (event.key === "ArrowDown" ? 1 : -1) + rows().length) % Math.max(rows().length, 1));
  }
  if (event.key === "Escape" && open) {
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  }
  if (event.key === "Enter") enter(event, input, open);
  if (event.key === "Tab" && open && "open" in input.dataset && listed === input.value.trim() && rows()[marked()]) choose(rows()[marked()]);
}

// Somebody who types a code and Enter faster than the server answers gets the first answer all the same.
async function enter(event, input, open) {
  const pending = "open" in input.dataset && input.value.trim() !== "";
  if (!pending && !(open && rows()[marked()])) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const [cell, scanned] = [input.closest("table.sheet td"), isScanned(event)];
  clearTimeout(timer);
  if (!open || listed !== input.value.trim()) await ask(input);
  const row = active === input && rows()[Math.max(marked(), 0)];
  if (!row) return;
  choose(row);
  if (cell) goOn(cell, scanned);
}

function press(event) {
  const input = event.target;
  if (box(input) && active !== input) setTimeout(() => document.activeElement === input && ask(input));
  const row = event.target.closest?.(".options [role=option]");
  if (event.target.closest?.(".options")) event.preventDefault();
  if (row && list?.contains(row)) choose(row); // other lists of options look the same
}

// An answer that is still on its way would open the list again.
function choose(row) {
  const input = active;
  clearTimeout(timer);
  asked++;
  close();
  take(input, row.dataset);
}

function take(input, { id, label }) {
  input.value = label;
  hidden(input).value = id;
  delete input.dataset.open;
  input.removeAttribute("aria-invalid");
  hidden(input).dispatchEvent(new Event("input", { bubbles: true }));
  hidden(input).dispatchEvent(new Event("change", { bubbles: true }));
}

function left(input) {
  clearTimeout(timer);
  asked++;
  if (active === input) close();
  if ("open" in input.dataset && input.value.trim()) settle(input);
}

// Left before the answers came: when they leave no doubt, that one was meant.
async function settle(input) {
  const text = input.value.trim();
  const found = await results(input);
  const same = found.filter((one) => one.label === text || one.detail === text);
  const meant = same.length === 1 ? same[0] : found.length === 1 ? found[0] : null;
  if (meant && input.value.trim() === text && "open" in input.dataset) take(input, meant);
}

function close() {
  if (!active) return;
  active.setAttribute("aria-expanded", "false");
  active.removeAttribute("aria-activedescendant");
  active = undefined;
  if (list.matches(":popover-open")) list.hidePopover();
}
