// The groups of a spreadsheet. Which group a row stands in and what a group comes to the server says, after each page of
// rows and each change; a row goes to its new group when no hand is in a cell, so that nothing moves below it.
export const NEW = "new"; // where rows stand that are not stored yet
export const OPTIONS = { groupBy: "held", groupHeader: (key) => head(key).element, groupToggleElement: "header" };

let table, given, heads, tail, changed, leaving, moved;

export function start(grid, rest) {
  [table, given] = [grid, rest];
  [heads, tail, changed, leaving, moved] = [new Map(), null, new Set(), new Map(), ""];
  table.on("groupVisibilityChanged", toggled);
  table.element.addEventListener("focusout", () => setTimeout(leave));
}

// Which rows the filter takes, and in which group each stands; null when the server did not answer.
export async function asked(config, ids) {
  const address = new URLSearchParams([...config.query, ...ids.map((id) => ["of", id])]);
  const answer = await fetch(`/faces/${config.entity}/groups?${address}`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

async function keysOf(ids) {
  const told = await asked(given.config, ids);
  for (const [key, one] of Object.entries(told?.heads ?? {})) draw(Object.assign(head(key), one));
  return told?.rows;
}

// What comes with a page: every row says its group, and the last of them where the next page begins.
export async function place(rows) {
  const keys = rows.length ? await keysOf(rows.map((row) => row.id)) : {};
  for (const row of rows) row.held = keys?.[row.id] ?? "";
  tail = rows.at(-1)?.held ?? tail;
}

// Below a group that is folded lies the next one; its own rows come when it is asked for them.
export function beyond(next) {
  const last = heads.get(tail);
  if (!next || !last || last.open || next === last.past) return next;
  draw(Object.assign(last, { rest: last.rest ?? next }));
  return last.past;
}

async function rest(key) {
  const one = head(key);
  const stood = tail;
  const body = await given.page(one.rest);
  tail = stood;
  if (!body) return;
  const own = body.data.filter((row) => row.held === key);
  draw(Object.assign(one, { rest: own.length === body.data.length ? body.next : null }));
  await given.add(own);
}

function head(key) {
  if (!heads.has(key)) {
    const element = Object.assign(document.createElement("span"), { className: "group-head", role: "rowheader" });
    heads.set(key, { key, element, text: key === NEW ? given.words.fresh : key, count: null, sums: [], open: true, rest: null });
    draw(heads.get(key));
  }
  // A row of the grid, where the table makes it a grid of its own.
  queueMicrotask(() => heads.get(key).element.parentElement?.setAttribute("role", "row"));
  return heads.get(key);
}

const part = (tag, more) => Object.assign(document.createElement(tag), more);

function draw(one) {
  const name = part("button", { type: "button", className: "name", textContent: one.text, ariaExpanded: String(one.open) });
  const count = part("span", { className: "count", textContent: one.count?.toLocaleString("en") ?? "" });
  const more = part("button", { type: "button", className: "button", textContent: given.words.rest, hidden: !one.rest || !one.open, onclick: (event) => (event.stopPropagation(), rest(one.key)) });
  const held = one.element.contains(document.activeElement);
  one.element.replaceChildren(name, count, ...one.sums.map(sum), more);
  if (held) name.focus();
}

function sum([label, figure]) {
  const box = part("span", { className: "sum", textContent: `${label} ` });
  box.append(part("b", { textContent: figure }));
  return box;
}

function toggled(group, open) {
  draw(Object.assign(head(group.getKey()), { open }));
  given.more();
}

// A row was saved: its group may be another now, and what both come to is.
export function saved(row) {
  if (row?.getData().id) changed.add(row);
}

export async function settle() {
  if (given.isBusy() || !changed.size) return;
  const rows = [...changed];
  changed.clear();
  const left = rows.map((row) => row.getGroup()?.getRows().find((one) => one.getData().id && !rows.includes(one))).filter(Boolean);
  const keys = await keysOf([...new Set([...rows, ...left].map((row) => row.getData().id))]);
  if (!keys) return;
  for (const row of rows) {
    const key = keys[row.getData().id];
    leaving.delete(row);
    given.judge(row, key !== undefined);
    if (key !== undefined && key !== row.getData().held) leaving.set(row, key);
  }
  moved = "";
  const told = new Set([...rows, ...left].map((row) => keys[row.getData().id]));
  for (const row of rows) if (row.getData().held !== NEW && !told.has(row.getData().held)) fewer(row.getData().held);
  leave();
}

// No row is left here of which the server could say what its group comes to.
function fewer(key) {
  const { count } = head(key);
  draw(Object.assign(head(key), { count: count && count - 1, sums: [] }));
}

function leave() {
  if (leaving.size && !given.isTyping() && !given.isBusy()) {
    moved = [...new Set(leaving.values())].map((key) => head(key).text).join(", ");
    for (const [row, key] of leaving) move(row, key);
    leaving.clear();
  }
  given.say();
}

function move(row, key) {
  const last = table.getGroups().find((one) => one.getKey() === key)?.getRows().at(-1);
  if (last) return row.move(last, false);
  row.update({ held: key });
  table.setGroupBy("held");
}

// What the line below the sheet says of rows that go to another group.
export function told() {
  if (leaving.size) return given.words.leaving.replace("{groups}", [...new Set(leaving.values())].map((key) => head(key).text).join(", "));
  return moved && given.words.moved.replace("{groups}", moved);
}
