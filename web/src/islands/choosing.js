// Rows of a list are chosen by boxes or with the key x, and the bar says what may be done with them all.
const bar = document.querySelector("#choosing");
const chosen = new Set();
let last = null;

const boxes = () => [...document.querySelectorAll("#rows tbody input.pick")];
const idOf = (row) => row.dataset.href?.split("/").at(-2);

function box(label) {
  const made = Object.assign(document.createElement("input"), { type: "checkbox", className: "pick" });
  made.setAttribute("aria-label", label);
  return made;
}

// The table comes anew with every page, sort and filter; what was chosen there is not what stands here now.
function furnish() {
  const table = document.querySelector("#rows");
  if (!table || table.querySelector(".pick")) return;
  for (const line of table.querySelectorAll("tr")) {
    const head = line.closest("thead");
    const cell = document.createElement(head ? "th" : "td");
    cell.className = "picks";
    if (head) cell.append(box(bar.dataset.pickAll));
    else if (idOf(line)) cell.append(box(bar.dataset.pick));
    line.prepend(cell);
  }
  clear();
}

function clear() {
  chosen.clear();
  for (const one of document.querySelectorAll("#rows input.pick")) one.checked = false;
  tell(false);
}

function tell(all) {
  const count = bar.querySelector("[data-count]");
  bar.elements.ids.value = [...chosen].join(",");
  bar.elements.all.value = all ? "1" : "0";
  bar.elements.query.value = location.search;
  count.textContent = all ? count.dataset.all : count.dataset.words.replace("{count}", chosen.size);
  bar.hidden = !chosen.size;
  const whole = boxes().length > 0 && boxes().every((one) => one.checked);
  bar.querySelector("[data-match]").hidden = all || !whole || !document.querySelector(".pager a");
}

function mark(one, on) {
  one.checked = on;
  const row = one.closest("tr");
  row.classList.toggle("chosen", on);
  chosen[on ? "add" : "delete"](idOf(row));
}

function pick(event) {
  const one = event.target.closest("input.pick");
  if (!one) return;
  const all = boxes();
  if (one.closest("thead")) all.forEach((each) => mark(each, one.checked));
  else if (event.shiftKey && last) between(all, one);
  else mark(one, one.checked);
  last = one.closest("thead") ? null : one;
  tell(false);
}

function between(all, one) {
  const [from, to] = [all.indexOf(last), all.indexOf(one)].sort((a, b) => a - b);
  for (const each of all.slice(from, to + 1)) mark(each, one.checked);
}

function key(event) {
  if (event.key !== "x" || event.isComposing || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
  const one = event.target.closest("tr")?.querySelector("input.pick");
  if (!one) return;
  mark(one, !one.checked);
  tell(false);
}

if (bar) {
  document.addEventListener("click", pick);
  document.addEventListener("keydown", key);
  document.body.addEventListener("htmx:afterSettle", furnish);
  bar.querySelector("[data-none]").addEventListener("click", clear);
  bar.querySelector("[data-match]").addEventListener("click", () => tell(true));
  furnish();
}
