// Keys for those whose hands stay on them; the sheet that “?” opens lists them.
import { isTyping } from "./keys.js";
import { open, show } from "./palette.js";

const WAIT = 1500;
let going = 0;

export function start() {
  document.addEventListener("keydown", press);
}

function press(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey) return held(event);
  if (event.altKey || isTyping(event)) return;
  const letter = event.key.toLowerCase();
  if (event.timeStamp < going) return go(event, letter);
  if (letter === "g") going = event.timeStamp + WAIT;
  if (letter === "n") follow(event, 'main header a.button.primary[href$="/new"]');
  if (letter === "e") follow(event, '.verbs a.button[href$="/edit"]');
  if (event.key === "?") sheet(event);
}

function held(event) {
  const key = event.key.toLowerCase();
  if (key === "k") {
    event.preventDefault();
    open();
  }
  if (key === "s") submit(event, "dialog[open] form, form[data-keep]");
  if (key === "enter") next(event);
}

function submit(event, which) {
  const form = document.querySelector(which);
  if (!form) return false;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.primary[type=submit]"));
  return true;
}

function next(event) {
  if (submit(event, "dialog[open] form:has(button.primary[type=submit]), form[data-keep]")) return;
  follow(event, ".verbs button.primary[hx-get]");
}

function follow(event, which) {
  const found = document.querySelector(which);
  if (!found) return;
  event.preventDefault();
  found.click();
}

// Each place of the menu has the first letter of its address that no place above it took; g and the letter go there.
function goes() {
  const taken = new Map([["h", { href: "/", label: document.querySelector('.rail a[href="/"][title]')?.title ?? "" }]]);
  for (const link of document.querySelectorAll(".rail .area a")) {
    const address = link.getAttribute("href");
    const free = [...address.replace("/reports/", "").replace(/[^a-z]/g, "")].find((letter) => !taken.has(letter));
    if (free) taken.set(free, { href: address, label: link.title });
  }
  return taken;
}

function go(event, letter) {
  going = 0;
  const place = goes().get(letter);
  if (!place) return;
  event.preventDefault();
  location.href = place.href;
}

async function sheet(event) {
  event.preventDefault();
  const answer = await fetch("/keys").catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const list = show(await answer.text())?.querySelector("[data-goes]");
  for (const [letter, { label }] of [...goes()].sort()) list?.append(row(letter, label));
}

function row(letter, label) {
  const line = document.createElement("div");
  const [keys, place] = [document.createElement("dt"), document.createElement("dd")];
  for (const key of ["g", letter]) keys.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
  place.textContent = label;
  line.append(keys, place);
  return line;
}
