// A block copied from a spreadsheet becomes lines. What their words mean, what the house fills in and what is wrong
// the server says in one answer; what it fills in stands pale in the empty cells and is never sent.
import { grid } from "./grid.js";

const WAIT = 250;
// Beyond, a form would be larger than the house takes in one request.
const MOST = 1000;
let add, count, groupAll, quoted, timer, asked = 0;

// The page's own functions are handed over, not imported: shared modules would cost every page a file more.
export function start(given) {
  ({ add, count, groupAll, quoted } = given);
  document.addEventListener("paste", paste);
  document.addEventListener("change", later);
  document.querySelectorAll("form[data-keep] table[data-fills]").forEach((table) => typed(table).length && look(table));
}

const output = (table) => document.querySelector(`[data-add-line="${table.id}"]`).parentElement.querySelector("output");
const cells = (row) => [...row.cells].filter((cell) => cell.querySelector("[name]:not([name$='.id'])"));
const control = (cell) => cell.querySelector("[role=combobox], input:not([type=hidden]), select, textarea");
const sent = (cell) => cell.querySelector(".picker input[type=hidden]") ?? control(cell);
const cellName = (cell) => sent(cell).name.split(".").at(-1);

function paste(event) {
  const cell = event.target.closest?.("table.sheet td");
  const table = cell?.closest("table");
  const block = grid(event.clipboardData.getData("text/plain"));
  if (!table || !document.querySelector(`[data-add-line="${table.id}"]`) || (block.length < 2 && block[0].length < 2)) return;
  event.preventDefault();
  const first = cells(cell.closest("tr"));
  const heads = headed(table, first, block[0]);
  const lines = heads ? block.slice(1) : block;
  if (lines.length > MOST) return tooMany(table, lines.length);
  const places = heads ?? block[0].map((_text, place) => first.indexOf(cell) + place);
  let row = cell.closest("tr");
  for (const words of lines) {
    row ??= add(table);
    const own = cells(row);
    words.forEach((text, place) => own[places[place]] && write(own[places[place]], text.trim().replace(/\s*\n\s*/g, " ")));
    row.dataset.judged = "";
    row = row.nextElementSibling;
  }
  groupAll(table);
  table.closest("form").dataset.changed = "";
  control(cell).dispatchEvent(new Event("input", { bubbles: true }));
  Object.assign(table.dataset, { pasted: lines.length, fresh: document.activeElement.id });
  look(table);
}

function tooMany(table, lines) {
  const place = output(table);
  place.textContent = place.dataset.most.replace("{lines}", lines).replace("{most}", MOST);
}

// A first row that names columns of the grid says where the others go.
function headed(table, first, words) {
  const plain = (text) => text.replace(/[\s*]/g, "").toLowerCase();
  const names = first.map((cell) => plain(table.tHead.rows[0].cells[cell.cellIndex].textContent));
  const places = words.map((word) => names.indexOf(plain(word)));
  return places.filter((place) => place >= 0).length > 1 ? places : null;
}

function write(cell, text) {
  const box = control(cell);
  if (box.type === "checkbox") box.checked = /^(1|y|yes|true|o|v|예|✓)$/i.test(text);
  else if (box.matches("select")) select(box, text);
  else if (box.matches("[role=combobox]")) name(box, text);
  else {
    if (box.type === "date" && text) Object.assign(box, { type: "text" }).dataset.day = ""; // the server says which day it is
    box.value = text;
  }
}

function name(box, text) {
  box.value = text;
  box.dataset.open = "";
  sent(box.closest("td")).value = quoted(text);
}

function select(box, text) {
  const found = [...box.options].find((one) => one.value === text || one.label === text);
  if (!found && text) box.add(new Option(text, text));
  box.value = found?.value ?? text;
}

const isTyped = (table, row) => {
  const blank = cells(table.querySelector("template").content.querySelector("tr"));
  return cells(row).some((cell, place) => {
    const [box, other] = [sent(cell), sent(blank[place])];
    return box.type === "checkbox" ? box.checked : box.value.trim() && box.value !== other.value;
  });
};
const typed = (table) => [...table.tBodies[0].rows].filter((row) => isTyped(table, row));

function later(event) {
  const form = event.target.closest?.("form[data-keep]");
  const table = event.target.closest?.("table.sheet") ?? form?.querySelector("table[data-fills]");
  if (!form || !table || !("fills" in table.dataset || event.target.closest("[data-judged]"))) return;
  clearTimeout(timer);
  timer = setTimeout(() => typed(table).length && look(table), WAIT);
}

async function look(table) {
  const form = table.closest("form[data-keep]");
  if (!form) return;
  const rows = typed(table);
  const body = new URLSearchParams([...new FormData(form)].filter(([field]) => !field.startsWith(`${table.id}.`)));
  body.set("lines", table.id);
  const was = rows.map((row) => cells(row).map((cell) => sent(cell).value));
  rows.forEach((row, line) => row.querySelectorAll("[name]").forEach((box) => (box.type !== "checkbox" || box.checked) && body.set(box.name.replace(/\.\d+\./, `.${line}.`), box.value)));
  const turn = ++asked;
  const answer = await fetch(`/pasting${location.pathname}`, { method: "POST", body }).catch(() => null);
  const told = answer?.ok && !answer.redirected ? await answer.json() : [];
  if (turn !== asked || told.length !== rows.length) return;
  rows.forEach((row, line) => cells(row).forEach((cell, place) => sent(cell).value === was[line][place] && tell(cell, told[line][cellName(cell)] ?? {}, "judged" in row.dataset)));
  count(table);
  if (table.dataset.pasted) say(table);
}

function tell(cell, { id, label, read, offer, wrong }, judged) {
  const box = control(cell);
  if (read && box !== document.activeElement && box.value.replaceAll(",", "") !== read) box.value = read;
  if ("day" in box.dataset && box.value === read) box.type = "date";
  if (id) {
    sent(cell).value = id;
    box.value = label;
    delete box.dataset.open;
  }
  if ("placeholder" in box) box.placeholder = offer ?? "";
  if (!judged) return;
  cell.querySelectorAll(".wrong").forEach((one) => one.remove());
  box.toggleAttribute("aria-invalid", Boolean(wrong));
  if (!wrong) return box.removeAttribute("aria-describedby");
  box.setAttribute("aria-invalid", "true");
  box.setAttribute("aria-describedby", `w-${box.id}`);
  cell.append(Object.assign(document.createElement("span"), { className: "wrong", id: `w-${box.id}`, textContent: wrong.join(" ") }));
}

// How many came, how many are refused still; the first of these is where the hand goes after the paste, unless it went on.
function say(table) {
  const wrong = [...table.tBodies[0].rows].filter((row) => row.querySelector("[aria-invalid=true]"));
  const place = output(table);
  place.textContent = place.dataset.words.replace("{lines}", table.dataset.pasted).replace("{wrong}", wrong.length);
  if (table.dataset.fresh === document.activeElement.id) wrong[0]?.querySelector("[aria-invalid=true]").focus();
  delete table.dataset.fresh;
}
