// Keeps a page that is looked at in touch: the bell's number, what is said just now, who else is here. A page nobody
// looks at lets its stream go, because a browser holds six of them in all its tabs; it catches up when it comes back.
const seen = new Set();
let here, badge, source, greeted = false;

export function start() {
  here = document.querySelector("[data-on]");
  badge = document.querySelector("[data-unread]");
  if (!badge) return;
  document.body.addEventListener("htmx:beforeSwap", hold);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

const address = () => `/live${here ? `?on=${encodeURIComponent(here.dataset.on)}` : ""}`;
const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));

function open() {
  if (source || document.hidden) return;
  source = new EventSource(address());
  source.addEventListener("hello", (event) => hello(JSON.parse(event.data)));
  source.addEventListener("again", () => catchUp());
  source.addEventListener("notices", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("record", (event) => tell("record-changed", JSON.parse(event.data)));
  source.addEventListener("here", (event) => tell("here", (here.people = JSON.parse(event.data))));
}

function close() {
  source?.close();
  source = undefined;
}

function hello({ unread }) {
  count(unread);
  if (greeted) catchUp();
  greeted = true;
  document.documentElement.dataset.live = "";
}

function catchUp() {
  tell("heard");
  tell("record-changed", {});
}

function count(unread) {
  badge.textContent = unread >= 100 ? "100+" : unread;
  badge.hidden = !unread;
}

// The list of the bell is drawn anew by itself, but not under a hand that presses or has a menu of it open.
function hold({ detail }) {
  const asked = detail.requestConfig.triggeringEvent?.type === "submit";
  if (!asked && detail.target.matches(".notices-list:is(:active, :has(details[open]))")) detail.shouldSwap = false;
}

async function heard({ notice, quiet, missed }) {
  if (document.querySelector("[data-bell][open]")) tell("heard");
  const news = notice && !seen.has(notice);
  seen.add(notice);
  const answer = await fetch("/inbox/unread");
  if (answer.ok) count(Number(await answer.text()));
  if (news && !quiet && !missed) pop(notice);
}

async function pop(notice) {
  const answer = await fetch(`/inbox/${notice}/said`);
  if (!answer.ok) return;
  const place = document.getElementById("said");
  const made = document.createElement("div");
  made.innerHTML = await answer.text();
  place.append(made);
  setTimeout(() => made.remove(), 8000);
}
