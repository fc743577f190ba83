// The sheet of lines: rows come and go, Enter and the arrows walk it, amounts and their sum follow what is typed.
const FRESH = matchMedia("(max-width: 720px)").matches ? 1 : 3;

export function start() {
  document.addEventListener("click", clicks);
  document.addEventListener("keydown", walk);
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
  number(table);
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

function walk(event) {
  const table = sheet(event.target);
  if (!table || event.isComposing || event.defaultPrevented || !event.target.matches("input, select")) return;
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || (event.target.matches("select, [type=date]") && event.key !== "Enter")) return;
  event.preventDefault();
  const row = event.target.closest("tr");
  let other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (!other && event.key === "Enter") other = add(table);
  other?.cells[event.target.closest("td").cellIndex].querySelector("input:not([type=hidden]), select")?.focus();
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
