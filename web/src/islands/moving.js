// Records moved by hand: cards of a board, records of a calendar, bars of a timeline. The server decides; what it
// refuses goes back to where it stood, with its reasons.
import htmx from "htmx.org";
import Sortable from "sortablejs";

const says = (name) => document.querySelector("#says").content.querySelector(`[data-${name}]`).textContent;
const rooms = () => [...document.querySelectorAll("[data-board], .cards, [data-calendar], [data-timeline]")];
const DAY = 86_400_000;
const GRIP = 7;

function start() {
  for (const board of fresh("[data-board]")) startBoard(board);
  for (const calendar of fresh("[data-calendar]")) startCalendar(calendar);
  for (const timeline of fresh("[data-timeline]")) startTimeline(timeline);
  if (sessionStorage.getItem("moved")) resume(JSON.parse(sessionStorage.getItem("moved")));
}

// The page is drawn anew where it was scrolled to and where the hand was; what was moved is taken back with one click.
function again(moved = {}) {
  const places = rooms().map((one) => [one.scrollLeft, one.scrollTop]);
  sessionStorage.setItem("moved", JSON.stringify({ ...moved, places, at: location.href }));
  location.reload();
}

function resume({ at, places, id, label, state, held }) {
  sessionStorage.removeItem("moved");
  if (at !== location.href) return;
  rooms().forEach((one, place) => one.scrollTo(...(places[place] ?? [0, 0])));
  if (!id) return;
  const item = document.querySelector(`[data-id="${id}"]`);
  if (held) (item?.matches("a") ? item : item?.querySelector("a"))?.focus();
  const turned = item && item.dataset.state !== state ? [says("turned").replace("{old}", state).replace("{new}", item.dataset.state)] : [];
  notice("good", [[says("moved").replace("{record}", label), ...turned].join(" · ")]);
  document.querySelector("#notices .notice").append(element("button", { type: "button", className: "button plain undo", textContent: says("undo"), onclick: () => takeBack(id) }));
}

async function takeBack(id) {
  const face = document.querySelector("[data-board], [data-calendar], [data-timeline]");
  if (await asked(face, "POST", `undo/${face.dataset.entity}/${id}`)) again();
}

function fresh(selector) {
  return [...document.querySelectorAll(`${selector}:not([data-started])`)].map((one) => {
    one.dataset.started = "";
    return one;
  });
}

// A card goes where a command or an edit leads it.
function startBoard(board) {
  const way = board.dataset.board;
  if (!way) return;
  fillMenus(board);
  board.addEventListener("htmx:afterSettle", () => fillMenus(board));
  board.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-to]");
    if (button) change(board, button.closest("[data-id]"), board.dataset.field, valueOf(board, button.dataset.to));
  });
  for (const list of board.querySelectorAll(".cards")) {
    sortable(list, "board", (card, from, to) => (way === "move" ? move(board, card, from.dataset, to.dataset) : change(board, card, board.dataset.field, valueOf(board, to.dataset.key))));
  }
}

function sortable(list, group, dropped) {
  Sortable.create(list, {
    group,
    draggable: "[data-id]",
    filter: ".menu",
    preventOnFilter: false,
    sort: false,
    animation: 120,
    delay: 180,
    delayOnTouchOnly: true,
    onEnd(event) {
      if (event.from === event.to) return;
      const back = () => event.from.insertBefore(event.item, event.from.children[event.oldIndex] ?? null);
      Promise.resolve(dropped(event.item, event.from, event.to)).then((done) => done || back());
    },
  });
}

function fillMenus(board) {
  const stacks = [...board.querySelectorAll(".cards")];
  for (const place of board.querySelectorAll("[data-targets]")) {
    const own = place.closest(".cards");
    place.replaceWith(
      ...stacks.filter((one) => one !== own).map((one) => element("button", { type: "button", className: "item", textContent: one.dataset.label }, { to: one.dataset.key })),
    );
  }
}

function element(tag, properties = {}, data = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  return made;
}

const valueOf = (board, key) => (key === "*" ? null : ["true", "false"].includes(key) ? key === "true" : /^\d+$/.test(key) ? Number(key) : key);

// The commands that lead from one state to another: none is said, one opens its dialog, of several one is chosen.
function move(board, card, from, to) {
  const verbs = JSON.parse(document.querySelector("#moves").textContent)[from.key]?.[to.key] ?? [];
  const open = ({ verb }) => htmx.ajax("GET", `/${board.dataset.entity}/${card.dataset.id}/do/${verb}`, { target: "#dialog" });
  if (!verbs.length) notice("warn", [says("no-way")]);
  else if (verbs.length === 1) open(verbs[0]);
  else choose(`${card.querySelector(".lead").textContent} → ${to.label}`, verbs, open);
  return false;
}

function choose(title, verbs, chosen) {
  const dialog = element("dialog", { ariaLabel: title });
  const close = element("button", { type: "button", className: "button", textContent: says("close") }, { close: "" });
  const body = element("div", { className: "body" });
  body.append(element("p", { textContent: says("which") }), ...verbs.map((one) => {
    const button = element("button", { type: "button", className: "button", textContent: one.label });
    button.addEventListener("click", () => (dialog.remove(), chosen(one)));
    return button;
  }));
  const [head, foot] = [element("header"), element("footer")];
  head.append(element("h2", { textContent: title }));
  foot.append(close);
  dialog.append(head, body, foot);
  document.querySelector("#dialog").replaceChildren(dialog);
  dialog.showModal();
}

// The dialog of a command leads to its record; here people want to see the board again.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!document.querySelector("[data-board]") || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  again();
});

// One field, by the command that edits, if nobody changed the record meanwhile.
async function change(face, item, field, value) {
  return edit(face, item, { [field]: value });
}

async function edit(face, item, values) {
  if ("busy" in item.dataset) return false; // on its way already
  item.dataset.busy = "";
  const held = item.contains(document.activeElement);
  const told = await asked(face, "PATCH", `${face.dataset.entity}/${item.dataset.id}`, values, item.dataset.version);
  if (told) again({ id: told.id, label: told.label, state: item.dataset.state, held });
  else delete item.dataset.busy;
  return Boolean(told);
}

// What the server answered, or nothing after saying why.
async function asked(face, method, path, values = {}, version) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": face.dataset.token };
  if (version) headers["If-Match"] = `"${version}"`;
  try {
    const answer = await fetch(`/api/${path}`, { method, headers, body: JSON.stringify(values) });
    const told = await answer.json();
    if (answer.ok) return told;
    notice("bad", told.reasons.map((one) => one.message));
  } catch {
    notice("bad", [says("failed")]);
  }
}

function notice(kind, lines) {
  const place = document.querySelector("#notices");
  const box = element("div", { className: `notice ${kind}` });
  box.append(...lines.map((line) => element("span", { textContent: line })));
  place.hidden = false;
  place.replaceChildren(box);
  place.scrollIntoView({ block: "nearest" });
}

function startCalendar(calendar) {
  const { field } = calendar.dataset;
  for (const list of calendar.querySelectorAll("[data-day]")) {
    sortable(list, "calendar", (item, _from, to) => change(calendar, item, field, to.dataset.day));
  }
  calendar.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-id]");
    const steps = event.altKey && item && { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (!steps) return;
    event.preventDefault();
    change(calendar, item, field, later(item.closest("[data-day]").dataset.day, steps));
  });
}

const later = (day, steps) => new Date(Date.parse(day) + steps * DAY).toISOString().slice(0, 10);

function startTimeline(timeline) {
  timeline.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".bar[data-id]");
    if (bar && event.button === 0) grab(timeline, bar, event);
  });
  timeline.addEventListener("keydown", (event) => {
    const bar = event.target.closest(".bar[data-id]");
    const steps = event.altKey && bar && { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!steps) return;
    event.preventDefault();
    shift(timeline, bar, steps, event.shiftKey ? "end" : "whole");
  });
  timeline.addEventListener("dragstart", (event) => event.preventDefault());
}

// Near an end the bar is stretched, elsewhere it is moved.
function grab(timeline, bar, down) {
  const [at, width] = [bar.getBoundingClientRect(), bar.offsetWidth];
  const day = width / Number(bar.dataset.days);
  const part = down.clientX > at.right - GRIP ? "end" : down.clientX < at.left + GRIP ? "start" : "whole";
  let steps = 0;
  const moved = (event) => {
    steps = Math.round((event.clientX - down.clientX) / day);
    if (part !== "end") bar.style.transform = `translateX(${steps * day}px)`;
    if (part !== "whole") bar.style.width = `${Math.max(day / 2, width + (part === "end" ? steps : -steps) * day)}px`;
  };
  const done = async (event) => {
    timeline.removeEventListener("pointermove", moved);
    if (!steps) return;
    bar.addEventListener("click", (click) => click.preventDefault(), { once: true });
    if (!(await shift(timeline, bar, steps, part))) [bar.style.transform, bar.style.width] = ["", ""];
  };
  timeline.addEventListener("pointermove", moved);
  window.addEventListener("pointerup", done, { once: true });
}

function shift(timeline, bar, steps, part) {
  const { start, end } = timeline.dataset;
  const ended = end !== start && bar.dataset.open === undefined;
  const values = {};
  if (part !== "end" || !ended) values[start] = later(bar.dataset.from, steps);
  if (part !== "start" && ended) values[end] = later(bar.dataset.to, steps);
  return edit(timeline, bar, values);
}

document.body.addEventListener("htmx:afterSettle", start);
start();
