// A list as a spreadsheet. Each row is saved by its own command; what is refused stays typed, marked, with its reasons.
import { EditModule, FormatModule, FrozenColumnsModule, GroupRowsModule, InteractionModule, KeybindingsModule, MenuModule, MoveColumnsModule, PersistenceModule, PopupModule, ResizeColumnsModule, ResizeTableModule, Tabulator } from "tabulator-tables";
import { grid } from "../js/grid.js";
import * as groups from "../js/sheetgroups.js";

Tabulator.registerModule([EditModule, FormatModule, FrozenColumnsModule, GroupRowsModule, InteractionModule, KeybindingsModule, MenuModule, MoveColumnsModule, PersistenceModule, PopupModule, ResizeColumnsModule, ResizeTableModule]);

const PAGE = 100;
// Each row is saved by itself: beyond, the page would stand still for minutes.
const MOST = 500;
let table, config, words, next, known, waiting, wrong;
let [steps, undone, turning] = [[], [], Promise.resolve()];
let outside; // rows that were changed so that the filter takes them no longer
let turned; // the rows that their last change moved to another state: how, and when
const WITHIN = 55_000; // as long as the server takes back what was done

function start() {
  const told = document.getElementById("spreadsheet-config");
  const place = document.getElementById("spreadsheet");
  if (!told || !place || place.dataset.begun) return;
  place.dataset.begun = "";
  config = JSON.parse(told.textContent);
  words = place.dataset;
  [next, known, waiting, wrong] = ["", new Set(), new Map(), new Map()];
  [steps, undone, turned, outside] = [[], [], new Map(), new Set()];
  table = new Tabulator(place, {
    height: "100%",
    layout: "fitDataStretch",
    columns: config.columns.map(column),
    index: "key",
    movableColumns: true,
    resizableColumnFit: false,
    persistence: { columns: ["width", "frozen", "visible"] },
    persistenceWriterFunc: remember,
    persistenceID: ["columns", config.entity, ...config.query.filter(([name]) => name === "fields").flat()].join("."),
    placeholder: words.none,
    keybindings: { navDown: "40", navPrev: "shift + 9", navNext: "9" },
    renderVertical: "virtual",
    ...(config.group ? groups.OPTIONS : {}),
  });
  if (config.group) groups.start(table, { config, words, more: nearEnd, page, add, judge, isBusy: () => waiting.size > 0, isTyping: () => editing(document.activeElement) !== undefined, say });
  table.on("columnResized", (one) => sized.add(one.getField()));
  table.on("tableBuilt", more);
  table.on("tableBuilt", name);
  table.on("cellEdited", typed);
  table.on("scrollVertical", nearEnd);
  place.addEventListener("paste", paste, true);
  place.addEventListener("keydown", down, true);
  place.addEventListener("input", (event) => (event.target.dataset.typed = ""));
  place.sheet = table;
}

// A width is kept where a hand drew it: the others fit what comes, and the letters as large as they are chosen.
const sized = new Set();
function remember(id, type, columns) {
  const before = JSON.parse(localStorage.getItem(`${id}-${type}`)) ?? [];
  for (const { field, width } of before) if (width) sized.add(field);
  localStorage.setItem(`${id}-${type}`, JSON.stringify(columns.map((one) => (sized.has(one.field) ? one : { ...one, width: undefined }))));
}

// What scrolls can be focused, so it must be a part of the grid; what it holds are the rows themselves.
function name() {
  const holder = document.querySelector("#spreadsheet .tabulator-tableholder");
  holder.setAttribute("role", "rowgroup");
  holder.querySelector(".tabulator-table").setAttribute("role", "presentation");
}

function column(one) {
  const end = one.align === "end";
  return {
    field: one.name,
    title: one.label,
    hozAlign: end ? "right" : one.kind === "boolean" ? "center" : "left",
    headerHozAlign: end ? "right" : "left",
    minWidth: 90,
    maxInitialWidth: 280,
    vertAlign: "middle",
    frozen: one === config.columns[0],
    headerMenu: [
      { label: one.label, disabled: true },
      { label: (chosen) => (chosen.getDefinition().frozen ? words.loosen : words.freeze), action: (event, chosen) => chosen.updateDefinition({ frozen: !chosen.getDefinition().frozen }) },
    ],
    editable: (cell) => (cell.getData().id ? one.changes : one.makes),
    editor: editor(one),
    editorParams: one.choices.length && !one.many ? { values: Object.fromEntries(one.choices), autocomplete: true, listOnEmpty: true, allowEmpty: true } : { selectContents: true, lookup: one.lookup },
    formatter: (cell) => shown(one, cell),
    cssClass: one.changes || one.makes ? "" : "fixed",
  };
}

function editor(one) {
  if (!one.changes && !one.makes) return undefined;
  if (one.kind === "boolean") return "tickCross";
  if (one.choices.length && !one.many) return "list";
  if (one.multiline) return "textarea";
  return one.lookup ? reference : "input";
}

// A text box with the answers of the server below it; a name chosen there is sent as its record.
function reference(cell, rendered, success, cancel, params) {
  const box = document.createElement("input");
  const list = document.createElement("datalist");
  const found = new Map();
  list.id = "sheet-choices";
  Object.assign(box, { value: text(cell.getValue()), autocomplete: "off" });
  box.setAttribute("list", list.id);
  const holder = document.createElement("div");
  holder.className = "reference";
  holder.append(box, list);
  let timer;
  const ask = async () => {
    const answer = await fetch(`/${params.lookup}/choices?q=${encodeURIComponent(box.value)}`).catch(() => null);
    for (const one of answer?.ok ? (await answer.json()).results : []) {
      found.set(one.label, one);
      if (![...list.children].some((option) => option.value === one.label)) list.append(Object.assign(document.createElement("option"), { value: one.label, label: one.detail }));
    }
  };
  const done = () => {
    const typed = box.value.trim();
    if (typed === text(cell.getValue())) return cancel();
    const one = found.get(typed);
    success(one ? { id: one.id, label: one.label } : typed);
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("blur", done);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") done();
    if (event.key === "Escape") cancel();
  });
  rendered(() => {
    box.focus();
    box.select();
    ask();
  });
  return holder;
}

const text = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? (value.label ?? String(value)) : String(value));

function shown(one, cell) {
  const value = cell.getValue();
  if (one.kind === "boolean") return value === null || value === undefined || value === "" ? "" : value === true || value === "true" ? "✓" : "–";
  if (Array.isArray(value)) return escaped(value.map((held) => Object.fromEntries(one.choices)[held] ?? held).join(", "));
  if (one.choices.length) return escaped(Object.fromEntries(one.choices)[value] ?? text(value));
  const figure = /^(-?)(\d+)(\.\d+)?$/.exec(text(value));
  const currency = one.kind === "money" ? currencyOf(one, cell.getData()) : "";
  if (figure && (one.kind === "money" || one.kind === "quantity")) return `${figure[1]}${figure[2].replace(/\B(?=(\d{3})+$)/g, ",")}${decimals(figure[3] ?? "", currency)}${foreign(currency)}`;
  return escaped(text(value));
}

// As in the list: an amount that is not in the company's currency says so.
function foreign(currency) {
  return currency && config.home && currency !== config.home ? ` ${escaped(currency)}` : "";
}

// What is in the currency of its company says it by the company.
function currencyOf(one, row) {
  return (one.currency === "company.currency" ? config.currencies[row.company?.id] : row[one.currency]) ?? "";
}

// At least the decimals of the currency: 12.50 of dollars, 12.500 of dinars.
function decimals(typed, currency) {
  if (!/^[A-Z]{3}$/.test(currency)) return typed;
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().minimumFractionDigits;
  return digits ? `.${typed.slice(1).padEnd(digits, "0")}` : typed;
}

function escaped(words) {
  const holder = document.createElement("span");
  holder.textContent = words;
  return holder.innerHTML;
}

// Rows come by key, a page at a time, as the person scrolls.
async function more() {
  if (next === null || table.loadingMore) return;
  table.loadingMore = true;
  if (config.group) next = groups.beyond(next);
  const body = await page(next);
  if (body) {
    next = body.next;
    const first = !table.getDataCount();
    await add(body.data);
    if (first) table.redraw(true); // columns are as wide as what came
    if (next === null) blank();
  }
  table.loadingMore = false;
  nearEnd();
}

async function page(after) {
  const address = new URLSearchParams([...config.query.filter(([name]) => name !== "fields"), ["limit", PAGE]]);
  if (after) address.set("after", after);
  const answer = await asked("GET", `${config.entity}?${address}`);
  if (!answer.ok) return null;
  const body = await answer.json();
  if (config.group) await groups.place(body.data);
  return body;
}

// A row that went to another group may be here before its page comes.
function add(data) {
  const fresh = data.filter((row) => !known.has(row.id));
  fresh.forEach((row) => known.add(row.id));
  return table.addData(fresh.map((row) => ({ ...row, key: row.id })));
}

function nearEnd() {
  const holder = document.querySelector("#spreadsheet .tabulator-tableholder");
  if (next !== null && holder && holder.scrollTop + holder.clientHeight > holder.scrollHeight - 400) more();
}

let fresh = 0;

// Where rows can be made there is always an empty one at the end.
function blank() {
  if (config.makes) return table.addRow({ key: `new-${++fresh}`, held: groups.NEW });
}

function asked(method, path, body, headers = {}) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const sent = { method, headers: { "Content-Type": "application/json", "X-CSRFToken": token, Prefer: "handling=lenient", ...headers } };
  if (body) sent.body = JSON.stringify(body);
  return fetch(`/api/${path}`, sent).catch(() => ({ ok: false, status: 0, json: async () => ({ reasons: [{ message: words.offline, field: "" }] }) }));
}

const plain = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value.id : value);

// Changes of one row go one after the other; those that wait meanwhile go together.
function changed(row, values, before = {}) {
  const key = row.getData().key;
  if (cured(row, values)) return say();
  const turn = waiting.get(key) ?? { values: {}, before: {}, busy: false };
  Object.assign(turn.values, values);
  turn.before = { ...before, ...turn.before };
  waiting.set(key, turn);
  turned.delete(row);
  say();
  if (!turn.busy) send(row, turn);
}

async function send(row, turn) {
  turn.busy = true;
  while (Object.keys(turn.values).length) {
    const data = row.getData();
    const { values, before } = turn;
    [turn.values, turn.before] = [{}, {}];
    if (!data.id && !complete(data)) break;
    const answer = data.id ? await change(data, values) : await make(data);
    // Of a row that somebody else changed all that was typed waits for the person's word.
    if (answer.status === 409) {
      Object.assign(values, turn.values);
      turn.values = {};
    }
    if (answer.ok) settle(row, await answer.json(), values, turn);
    else await refuse(row, await answer.json().catch(() => ({ reasons: [] })), values, answer.status, before);
  }
  turn.busy = false;
  waiting.delete(row.getData().key);
  say();
  settled([row]);
}

// What was saved may be another's group now, or fit the filter no longer.
async function settled(rows) {
  if (config.group) return groups.settle();
  if (!config.narrowed || waiting.size) return;
  const told = await groups.asked(config, rows.map((row) => row.getData().id).filter(Boolean));
  if (told) rows.forEach((row) => judge(row, row.getData().id in told.rows));
}

// It stays where the hand left it, marked: taken away at once, nobody would see what became of it.
function judge(row, fits) {
  if (!row.getData().id || fits === !outside.has(row)) return;
  fits ? outside.delete(row) : outside.add(row);
  row.getElement().classList.toggle("outside", !fits);
  say();
}

const complete = (data) => config.columns.every((one) => !one.required || !isEmpty(data[one.name]));

function change(data, values) {
  const body = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)]));
  return asked("PATCH", `${config.entity}/${data.id}`, body, data.version ? { "If-Match": `"${data.version}"` } : {});
}

function make(data) {
  const typed = config.columns.filter((one) => one.makes && !isEmpty(data[one.name]));
  return asked("POST", config.entity, Object.fromEntries(typed.map((one) => [one.name, plain(data[one.name])])), { "Idempotency-Key": `${data.key}-${config.entity}-${performance.timeOrigin}` });
}

function settle(row, told, values, turn) {
  const { id, key, state } = row.getData();
  const made = !id;
  turned.delete(row);
  if (!made && told.state !== state && !("state" in values)) turned.set(row, { at: Date.now(), said: words.turned.replace("{old}", config.states[state]).replace("{new}", config.states[told.state]) });
  if (made) wrong.delete(key);
  mended(row, values);
  again(row, turn);
  take(row, told);
  known.add(told.id);
  if (config.group) groups.saved(row);
  if (made) blank();
  resend();
}

// What the server never heard goes again with the next change that it hears, and when the connection is back.
function resend() {
  for (const held of [...wrong.values()].filter((one) => one.lost)) {
    const now = held.row.getData();
    held.lost = false;
    changed(held.row, Object.fromEntries(Object.keys(held.stored).map((name) => [name, now[name]])));
  }
}

// What was refused is tried once more beside what is right now: the one may have been wrong because of the other.
function again(row, turn) {
  const left = wrong.get(row.getData().key)?.stored;
  for (const name of Object.keys(left ?? {})) if (!(name in turn.values)) turn.values[name] = row.getData()[name];
  turn.before = { ...left, ...turn.before };
}

// Only what is not the same already, never the cell somebody types in, whose editor would be lost, and never what was
// typed since and waits to be saved.
function take(row, told) {
  const now = row.getData();
  const later = waiting.get(now.key)?.values ?? {};
  const typing = editing(document.activeElement);
  const open = typing && typing.getRow() === row ? typing.getField() : "";
  const fresh = Object.entries(told).filter(([name, value]) => name !== open && !(name in later) && JSON.stringify(value) !== JSON.stringify(now[name]));
  row.update(Object.fromEntries(fresh));
}

// A cell that was refused and holds again what is stored needs no saving.
function cured(row, values) {
  const { key } = row.getData();
  const stored = wrong.get(key)?.stored ?? {};
  if (!Object.entries(values).every(([name, value]) => name in stored && JSON.stringify(value) === JSON.stringify(stored[name]))) return false;
  mended(row, values);
  return true;
}

function mended(row, values) {
  const { key } = row.getData();
  const { stored = {}, again: asks, names } = wrong.get(key) ?? {};
  unmark(row, Object.keys(values));
  if (asks && !names.some((name) => name in values)) return; // somebody else's value still waits for a word
  for (const name of Object.keys(values)) delete stored[name];
  if (!Object.keys(stored).length) wrong.delete(key);
}

async function refuse(row, problem, values, status, before = {}) {
  const key = row.getData().key;
  const behind = status === 409 && problem.code === "changed_meanwhile" && row.getData().id;
  if (behind) problem.reasons = await theirs(row, values);
  unmark(row, Object.keys(values));
  wrong.set(key, { row, names: Object.keys(values), lost: status === 0, words: problem.reasons.map((reason) => reason.message), again: behind ? () => changed(row, values) : null, stored: behind ? {} : { ...before, ...wrong.get(key)?.stored } });
  const named = problem.reasons.map((reason) => reason.field.split(".")[0]);
  const fields = named.some((name) => row.getCell(name)) ? named : Object.keys(values);
  for (const name of fields) {
    const element = row.getCell(name) ? row.getCell(name).getElement() : null;
    element?.classList.add("wrong");
    if (element) element.title = problem.reasons.filter((reason) => [name, ""].includes(reason.field.split(".")[0])).map((reason) => reason.message).join("\n");
  }
}

// Somebody was first: the row is read again but for what was typed here, and says what stands there now.
async function theirs(row, values) {
  const answer = await asked("GET", `${config.entity}/${row.getData().id}`);
  if (!answer.ok) return (await answer.json()).reasons;
  const now = await answer.json();
  take(row, { ...now, ...values });
  return Object.keys(values).map((name) => ({ field: name, message: words.behind.replace("{value}", text(now[name])) }));
}

function unmark(row, fields) {
  for (const cell of row.getCells()) {
    if (!fields.includes(cell.getField())) continue;
    cell.getElement().classList.remove("wrong");
    cell.getElement().removeAttribute("title");
  }
}

function say() {
  const state = document.getElementById("sheet-state");
  state.textContent = waiting.size ? words.saving : wrong.size ? words.wrong : [config.group && groups.told(), outside.size && words.outside.replace("{count}", outside.size)].filter(Boolean).join(" ") || words.saved;
  state.className = wrong.size ? "bad" : "muted";
  if (!waiting.size) sayTurned(state);
  if (outside.size && !waiting.size && !wrong.size) state.append(" ", Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.again, onclick: () => location.reload() }));
  document.getElementById("sheet-reasons").replaceChildren(...[...wrong.values()].slice(0, 12).map(reason));
}

// Of what was done last: one deed may have moved many rows.
function sayTurned(state) {
  const rows = (steps.at(-1) ?? []).map((one) => one.row).filter((row) => turned.has(row));
  if (!rows.length) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.undo });
  button.onclick = async () => {
    for (const row of rows) await giveBack(row);
  };
  state.append(` · ${turned.get(rows[0]).said}${rows.length > 1 ? ` (${rows.length})` : ""} `, button);
}

function reason({ words: said, again }) {
  const item = Object.assign(document.createElement("li"), { textContent: said.join(" · ") });
  if (again) item.append(" ", Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.mine, onclick: again }));
  return item;
}

// Enter keeps the cell and goes on to the one below, once its editor has taken what was typed; with Alt or Shift it
// begins a line where a text may have several.
function down(event) {
  const cell = event.key === "Enter" && !event.isComposing && editing(event.target);
  if (!cell) return;
  if (event.target.matches("textarea")) {
    event.preventDefault();
    if (event.altKey || event.shiftKey) return event.target.setRangeText("\n", event.target.selectionStart, event.target.selectionEnd, "end");
    event.target.blur();
  }
  setTimeout(() => (cell.getRow().getNextRow() || null)?.getCell(cell.getField()).edit());
}

// A block from a spreadsheet fills the cells from here to the right and down, and rows that are not there yet.
async function paste(event) {
  const copied = event.clipboardData.getData("text/plain");
  const block = grid(copied);
  const cell = editing(event.target);
  if (!cell || (block.length === 1 && block[0].length === 1 && !copied.startsWith('"'))) return;
  event.preventDefault();
  event.stopPropagation();
  cell.cancelEdit();
  if (block.length > MOST) return tooMany(block.length);
  const fields = table.getColumns().map((one) => one.getField());
  const first = fields.indexOf(cell.getField());
  let row = cell.getRow();
  const step = [];
  waiting.set(step, {}); // nothing is said to be saved, nor taken back, until the last line stands
  for (const line of block) {
    if (!row) row = await blank();
    if (!row) break;
    step.push(...fill(row, fields.slice(first, first + line.length), line));
    row = row.getNextRow() || null;
  }
  waiting.delete(step);
  did(step);
  say();
  if (config.group) groups.settle();
  if (config.makes && table.getRows().at(-1).getData().id) blank();
}

function tooMany(lines) {
  const state = document.getElementById("sheet-state");
  state.textContent = words.most.replace("{lines}", lines.toLocaleString()).replace("{most}", MOST);
  state.className = "bad";
}

function fill(row, fields, line) {
  const values = {};
  fields.forEach((name, place) => {
    const one = config.columns.find((found) => found.name === name);
    if (row.getData().id ? one.changes : one.makes) values[name] = meant(one, one.multiline ? line[place].trim() : line[place].trim().replace(/\s*\n\s*/g, " "));
  });
  if (!Object.keys(values).length) return [];
  const now = row.getData();
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, now[name] ?? null]));
  row.update(values);
  changed(row, values, before);
  return [{ row, stored: Boolean(now.id), before, after: values }];
}

// Words of a choice become what it stands for; all else the server reads.
function meant(one, typed) {
  const choice = one.choices.find(([, label]) => label === typed);
  return choice ? choice[0] : typed;
}

function editing(element) {
  const box = element.closest?.(".tabulator-cell");
  const row = box && table.getRows().find((found) => found.getElement() === box.closest(".tabulator-row"));
  return row?.getCells().find((cell) => cell.getElement() === box);
}

const isEmpty = (value) => ["", null, undefined].includes(value);

// An editor gives back text or a tick: walked through, an empty cell is none the fuller, and a line end the same.
const left = (value) => (value === false ? "" : text(value).replaceAll("\r\n", "\n"));
const same = (one, other) => left(one) === left(other);

function typed(cell) {
  const [row, name] = [cell.getRow(), cell.getField()];
  if (same(cell.getValue(), cell.getOldValue())) return row.update({ [name]: cell.getOldValue() });
  const before = { [name]: cell.getOldValue() ?? null };
  did([{ row, stored: Boolean(row.getData().id), before, after: { [name]: cell.getValue() } }]);
  changed(row, { [name]: cell.getValue() }, before);
}

// What was done together is taken back together: a cell, or all that was pasted.
function did(step) {
  if (step.length) steps.push(step);
  undone = [];
}

// One after the other, and never what is still being saved.
async function turn(back) {
  while (waiting.size) await new Promise((done) => setTimeout(done, 30));
  const step = (back ? steps : undone).pop();
  if (!step) return;
  (back ? undone : steps).push(step);
  for (const { row, stored, before, after } of step) {
    const made = back && !stored && row.getData().id;
    if (made || (back && Date.now() - turned.get(row)?.at < WITHIN)) {
      await (made ? unmake(row) : giveBack(row));
      continue;
    }
    const values = back ? before : after;
    row.update(values);
    changed(row, values);
  }
}

// A row that was made is taken back by the server, and is not made again.
async function unmake(row) {
  if (!(await undo(row))) return;
  if (config.group) groups.saved(row.getGroup().getRows().find((one) => one !== row));
  outside.delete(row);
  await row.delete();
  if (config.group) groups.settle();
}

// Old values alone would not give a row its old state again: the server does, or says why not.
async function giveBack(row) {
  turned.delete(row);
  if (!(await undo(row))) return;
  const answer = await asked("GET", `${config.entity}/${row.getData().id}`);
  if (answer.ok) take(row, await answer.json());
  if (config.group) groups.saved(row);
  say();
  settled([row]);
}

async function undo(row) {
  const answer = await asked("POST", `undo/${config.entity}/${row.getData().id}`);
  if (!answer.ok) await refuse(row, await answer.json(), {}, answer.status);
  if (!answer.ok) return say();
  const rest = (all) => all.map((step) => step.filter((one) => one.row !== row)).filter((step) => step.length);
  [steps, undone] = [rest(steps), rest(undone)];
  return true;
}

// A box takes back its own letters; one that Enter only opened has none.
const letters = (box) => box.matches?.("input, textarea") && (!box.closest("#spreadsheet") || "typed" in box.dataset);

// Taking back works wherever the focus is, but for a box that takes back letters itself.
function history(event) {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(key) || letters(event.target)) return;
  if (!document.getElementById("spreadsheet")) return;
  event.preventDefault();
  const back = key === "z" && !event.shiftKey;
  turning = turning.then(() => turn(back));
}

function warn(event) {
  if (document.getElementById("spreadsheet") && (waiting.size || wrong.size)) event.preventDefault();
}

start();
document.addEventListener("keydown", history);
window.addEventListener("online", resend);
window.addEventListener("beforeunload", warn);
document.body.addEventListener("htmx:afterSettle", start);
