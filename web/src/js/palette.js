// The palette (Ctrl or ⌘ K): one box that leads everywhere. The server chooses and finds; this walks its answers.
import htmx from "htmx.org";

const WAIT = 90;
let timer, asked = 0;

export function start() {
  document.addEventListener("keydown", (event) => inside(event.target) && keys(event));
  document.addEventListener("input", (event) => inside(event.target) && typed(event.target));
  document.addEventListener("click", (event) => event.target.closest?.(".palette [role=option]") && take(event, event.target.closest("[role=option]")));
}

const inside = (element) => element.matches?.(".palette [role=combobox]");
const options = () => [...document.querySelectorAll(".palette [role=option]")];
const marked = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

// The record that is open, as orders/12: its commands are offered first.
const here = () => /^\/([\w-]+\/\d+)\/$/.exec(location.pathname)?.[1] ?? "";

async function part(params) {
  const answer = await fetch(`/palette?${new URLSearchParams({ on: here(), ...params })}`).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

// Open at once, for the letters that follow; what is offered comes a moment later.
export function open() {
  const dialog = document.querySelector("dialog.palette");
  if (!dialog || document.querySelector("dialog[open]")) return;
  const box = dialog.querySelector("[role=combobox]");
  box.value = "";
  dialog.showModal();
  box.focus();
  choices("");
}

// A part of the server's as a dialog, which leaves the page when it is closed.
export function show(html) {
  if (document.querySelector("dialog[open]")) return;
  document.body.insertAdjacentHTML("beforeend", html);
  const dialog = document.body.lastElementChild;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}

async function choices(text) {
  const turn = ++asked;
  const html = await part({ q: text });
  const list = document.querySelector("#palette-choices");
  if (html === null || turn !== asked) return;
  list.innerHTML = html;
  list.dataset.for = text;
  mark(0);
}

function typed(box) {
  clearTimeout(timer);
  timer = setTimeout(() => choices(box.value.trim()), WAIT);
}

function mark(index) {
  const all = options();
  all.forEach((one, place) => {
    one.id = `choice-${place}`;
    one.setAttribute("aria-selected", String(place === index));
  });
  all[index]?.scrollIntoView({ block: "nearest" });
  document.querySelector(".palette [role=combobox]")?.setAttribute("aria-activedescendant", all[index] ? `choice-${index}` : "");
}

// While a syllable is composed the keys belong to the input method.
function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const count = options().length;
  if (step && count) {
    event.preventDefault();
    mark((marked() + step + count) % count);
  }
  if (event.key === "Enter") enter(event);
}

// Who presses Enter before the answers came means the first of them.
async function enter(event) {
  event.preventDefault();
  const text = event.target.value.trim();
  clearTimeout(timer);
  if (document.querySelector("#palette-choices").dataset.for !== text) await choices(text);
  if (document.querySelector("#palette-choices").dataset.for !== text || !event.target.closest("[open]")) return;
  options()[Math.max(marked(), 0)]?.click();
}

function take(event, one) {
  if ("dialog" in one.dataset) {
    event.preventDefault();
    one.closest("dialog").close();
    htmx.ajax("GET", one.getAttribute("href"), "#dialog");
  } else if (one.dataset.post) {
    event.preventDefault();
    send(one);
  }
}

function send(one) {
  const form = document.querySelector(".palette form");
  const [name, value] = one.dataset.post.split("=");
  form.action = one.getAttribute("href");
  form.elements.next.value = location.pathname + location.search;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  form.requestSubmit();
}
