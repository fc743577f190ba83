// Columns are dragged into order in their menu and to their width in the list; the address says both.
import htmx from "htmx.org";

const NARROWEST = 48;
let dragged;

export function start() {
  document.addEventListener("dragstart", (event) => (dragged = event.target.closest?.("[data-sortable] > label")));
  document.addEventListener("dragover", over);
  document.addEventListener("drop", (event) => dragged && event.preventDefault());
  document.addEventListener("keydown", move);
  document.addEventListener("submit", join, true);
  document.addEventListener("submit", address, true);
  document.addEventListener("pointerdown", pull);
  document.body.addEventListener("htmx:afterSettle", widen);
  widen();
}

function over(event) {
  const other = event.target.closest?.("[data-sortable] > label");
  if (!dragged || !other || other === dragged || other.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const at = other.getBoundingClientRect();
  other[event.clientY < at.top + at.height / 2 ? "before" : "after"](dragged);
}

function move(event) {
  const line = event.target.closest?.("[data-sortable] > label");
  if (!line || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "ArrowUp") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  event.target.focus();
}

// fields=number&fields=total goes as fields=number,total: shorter to send to a colleague.
function join(event) {
  const boxes = [...(event.target.querySelectorAll?.("[data-sortable] input") ?? [])];
  if (!boxes.length) return;
  const names = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
  boxes.forEach((box) => (box.disabled = true));
  event.target.append(Object.assign(document.createElement("input"), { type: "hidden", name: "fields", value: names }));
}

// What is kept as a view is what the list shows now, not what it showed when the page came.
function address(event) {
  const box = event.target.querySelector?.("input[data-address]");
  if (box) box.value = location.search.slice(1);
}

const heads = () => [...document.querySelectorAll("#rows thead th[data-column]")];

function widen() {
  const wanted = new Map((new URLSearchParams(location.search).get("widths") ?? "").split("~").filter(Boolean).map((one) => one.split(/:(?=\d+$)/)));
  for (const head of heads()) {
    if (!head.querySelector(".pull")) head.append(Object.assign(document.createElement("span"), { className: "pull" }));
    if (wanted.has(head.dataset.column)) set(head, Number(wanted.get(head.dataset.column)));
  }
}

function set(head, width) {
  const wide = `${Math.max(NARROWEST, width)}px`;
  Object.assign(head.style, { width: wide, minWidth: wide, maxWidth: wide });
  for (const row of head.closest("table").tBodies[0].rows) row.cells[head.cellIndex] && (row.cells[head.cellIndex].style.maxWidth = wide);
}

function pull(event) {
  const head = event.target.closest?.(".pull")?.parentElement;
  if (!head) return;
  event.preventDefault();
  const [from, start] = [event.clientX, head.getBoundingClientRect().width];
  const drag = (moved) => set(head, Math.round(start + moved.clientX - from));
  document.addEventListener("pointermove", drag);
  document.addEventListener("pointerup", () => (document.removeEventListener("pointermove", drag), keep()), { once: true });
}

// The links of the list were drawn for the old widths: it is drawn anew.
function keep() {
  const now = new URL(location.href);
  now.searchParams.set("widths", heads().filter((head) => head.style.width).map((head) => `${head.dataset.column}:${parseInt(head.style.width)}`).join("~"));
  history.replaceState(history.state, "", now);
  htmx.ajax("GET", now.pathname + now.search, "#listing");
}
