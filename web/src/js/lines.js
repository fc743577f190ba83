// The sheet of lines: rows come and go, Enter and the arrows walk it, amounts and their sum follow what is typed.
const FRESH = matchMedia("(max-width: 720px)").matches ? 1 : 3;

export function start() {
  document.addEventListener("click", clicks);
  document.addEventListener("keydown", walk);
  document.addEventListener("pointerdown", () => (began = null));
  document.addEventListener("input", (event) => sheet(event.target) && count(sheet(event.target)));
  document.querySelectorAll("table.sheet").forEach(begin);
  document.body.addEventListener("htmx:afterSettle", () => document.querySelectorAll("#dialog table.sheet").forEach(begin));
}

export function begin(table) {
  if (!table.tBodies[0].rows.length) for (let place = 0; place < FRESH; place++) add(table);
  count(table);
}

const sheet = (element) => element.closest?.("table.sheet");

function clicks(event) {
  const adder = event.target.closest("[data-add-line]");
  if (adder) add(document.getElementById(adder.dataset.addLine)).querySelector("input:not([type=hidden]), select")?.focus();
  const drop = event.target.closest("[data-drop-line]");
  if (drop) remove(drop.closest("tr"));
}

export function add(table) {
  const fresh = table.querySelector("template").content.cloneNode(true).querySelector("tr");
  const index = Number(table.dataset.next);
  table.dataset.next = index + 1;
  for (const element of fresh.querySelectorAll("*")) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).replace(/([.-])-\1/, `$1${index}$1`));
    }
  }
  table.tBodies[0].append(fresh);
  fresh.cells[0].textContent = table.tBodies[0].rows.length;
  return fresh;
}

function remove(row) {
  const table = sheet(row);
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (neighbour ?? add(table)).querySelector("input:not([type=hidden])")?.focus();
  number(table);
  count(table);
  table.closest("form").dataset.changed = "";
}

function number(table) {
  [...table.tBodies[0].rows].forEach((row, place) => (row.cells[0].textContent = place + 1));
}

// As in a spreadsheet: Tab goes along the line, and the Enter that ends the walk goes below where it began.
let began = null;

function walk(event) {
  const table = sheet(event.target);
  if (!table || event.isComposing || event.defaultPrevented || !event.target.matches("input, select")) return;
  const cell = event.target.closest("td");
  if (event.key === "Tab") return note(cell, event.shiftKey);
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || (event.target.matches("select, [type=date], [list]") && event.key !== "Enter")) return;
  event.preventDefault();
  go(cell, step, event.key === "Enter");
}

function note(cell, back) {
  if (back) began = null;
  else if (began?.parentElement !== cell.parentElement) began = cell;
}

function go(cell, step, grows) {
  const row = cell.parentElement;
  const place = grows && began?.parentElement === row ? began.cellIndex : cell.cellIndex;
  began = null;
  let other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (!other && grows) other = add(sheet(row));
  hold(other?.cells[place]);
}

const hold = (cell) => cell?.querySelector("input:not([type=hidden]), select")?.focus();

// What a cell asked is answered: on along the line, or below it when a scanner goes on to the next piece.
export function goOn(cell, scanned) {
  if (!scanned) return note(cell), hold(cell.nextElementSibling);
  const quantity = cell.parentElement.querySelector('[data-cell="quantity"]');
  if (quantity?.value === "") {
    quantity.value = "1";
    quantity.dispatchEvent(new Event("input", { bubbles: true }));
  }
  go(cell, 1, true);
}

// Amounts are counted in whole units of the last decimal, never in floating point.
const SCALE = 6;
const ONE = 10n ** BigInt(SCALE);

function units(text) {
  const found = /^(-?)(\d+)(?:\.(\d{1,6})\d*)?$/.exec(text.replaceAll(",", "").trim());
  return found ? BigInt(`${found[1]}${found[2]}${(found[3] ?? "").padEnd(SCALE, "0")}`) : null;
}

// What a cell holds, else what the house would fill in.
const said = (box) => box?.value || box?.placeholder || "";

export function count(table) {
  if (!table.dataset.multiply) return;
  let sum = 0n;
  for (const row of table.tBodies[0].rows) {
    const factors = table.dataset.multiply.split(" ").map((name) => units(said(row.querySelector(`[data-cell="${name}"]`))));
    const known = factors.every((factor) => factor !== null);
    const off = units(row.querySelector('[data-cell="discount"]')?.value ?? "") ?? 0n;
    const amount = known ? factors.reduce((product, factor) => (product * factor) / ONE, ONE - off / 100n) : 0n;
    row.querySelector(".sum").textContent = known ? shown(amount) : "";
    sum += amount;
  }
  table.querySelector(".total").textContent = shown(sum);
}

function shown(amount) {
  const digits = String(amount < 0n ? -amount : amount).padStart(SCALE + 1, "0");
  const part = digits.slice(-SCALE).replace(/0+$/, "");
  const whole = digits.slice(0, -SCALE).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0n ? "-" : ""}${whole}${part && `.${part.padEnd(2, "0")}`}`;
}
