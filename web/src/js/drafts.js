// What is typed into a form is kept in this browser until it is saved: a lost connection, a closed lid, a wrong key.
import { add } from "./lines.js";

const WAIT = 400;
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "idempotency_key", "version", "base"]);
let timer;

export function start() {
  document.addEventListener("input", later);
  document.addEventListener("submit", sent);
  document.addEventListener("click", answer);
  document.addEventListener("submit", forget);
  settle();
  offer();
}

const form = () => document.querySelector("form[data-keep]");
const name = () => `draft:${form().dataset.keep}:${location.pathname}`;

function later(event) {
  if (!event.target.closest?.("form[data-keep]")) return;
  clearTimeout(timer);
  timer = setTimeout(keep, WAIT);
}

// A picker holds an id and shows a name: both are kept.
function keep() {
  const fields = [...new FormData(form())].filter(([field, value]) => typeof value === "string" && !LEFT_OUT.has(field));
  const shown = [...form().querySelectorAll(".picker")].map((picker) => [picker.querySelector("input[type=hidden]").name, picker.querySelector("[role=combobox]").value]);
  localStorage.setItem(name(), JSON.stringify({ fields, shown }));
}

function sent(event) {
  if (!event.target.matches("form[data-keep]")) return;
  clearTimeout(timer);
  keep();
  if (navigator.onLine) return sessionStorage.setItem("sent", name());
  event.preventDefault();
  event.stopImmediatePropagation();
  const notices = document.getElementById("notices");
  notices.replaceChildren(document.getElementById("failure").content.cloneNode(true));
  notices.hidden = false;
}

// The answer to a form that was taken is another page; one that was refused comes back at the same address.
function settle() {
  const last = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (last && !last.endsWith(`:${location.pathname}`) && document.querySelector(".shell")) localStorage.removeItem(last);
}

function offer() {
  const refused = document.querySelector("form[data-keep] .notice.bad");
  if (!form() || refused || !localStorage.getItem(name())) return;
  if (same()) localStorage.removeItem(name());
  else document.getElementById("draft").hidden = false;
}

function same() {
  const now = new FormData(form());
  return JSON.parse(localStorage.getItem(name())).fields.every(([field, value]) => (now.get(field) ?? "") === value);
}

function answer(event) {
  const button = event.target.closest("[data-draft]");
  if (!button) return;
  document.getElementById("draft").hidden = true;
  if (button.dataset.draft === "restore") restore(JSON.parse(localStorage.getItem(name())));
  else localStorage.removeItem(name());
}

function restore({ fields, shown }) {
  for (const [field] of fields) room(field);
  for (const box of form().querySelectorAll("input[type=checkbox]")) box.checked = fields.some(([field]) => field === box.name);
  for (const [field, value] of fields) {
    const box = form().elements[field];
    if (box && box.type !== "checkbox" && "value" in box) box.value = value;
  }
  for (const [field, words] of shown) {
    const picker = form().elements[field]?.closest?.(".picker");
    if (picker) picker.querySelector("[role=combobox]").value = words;
  }
  form().dataset.changed = "";
  form().querySelector("table.sheet input:not([type=hidden])")?.dispatchEvent(new Event("input", { bubbles: true }));
}

// Rows that were added to a grid are added again.
function room(field) {
  const [grid, place] = field.split(".");
  const table = place === undefined ? null : document.getElementById(grid);
  while (table && !form().elements[field] && Number(table.dataset.next) <= Number(place)) add(table);
}

// Whoever signs out leaves nothing behind.
function forget(event) {
  if (!event.target.action?.endsWith("/logout/")) return;
  Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
}
