import { isTyping } from "./keys.js";

// The rail, the menus, the search box and the keys that lead to it.
const remember = (name, value) => (document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`);

export function start() {
  document.addEventListener("keydown", keys);
  document.addEventListener("click", clicks);
  document.addEventListener("pointerdown", presses);
  document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("toggle", opened, true);
  window.addEventListener("pageshow", (event) => event.persisted && document.querySelector(".record, #rows") && location.reload());
  document.body.addEventListener("htmx:configRequest", sign);
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:sendError", failed);
  document.body.addEventListener("htmx:afterRequest", answered);
  document.body.addEventListener("htmx:historyCacheMiss", overtake);
}

// Back pressed twice: the page between may come after the one that is wanted, and would stand under its address.
let restoring;
function overtake({ detail }) {
  restoring?.abort();
  restoring = detail.xhr;
}

// A button that posts by itself carries the proof that a form would.
function sign({ detail }) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (detail.verb !== "get" && token) detail.headers["X-CSRFToken"] = token;
}

function keys(event) {
  if (event.isComposing) return;
  if (event.key === "/" && !isTyping(event) && !document.querySelector("dialog[open]")) return seek(event);
  if (event.key === "Escape") escape(event);
  if (event.target.matches("#seek")) choose(event);
}

function seek(event) {
  event.preventDefault();
  const box = document.querySelector("#seek");
  box?.focus();
  box?.select();
}

function escape(event) {
  closeDrawer();
  const menu = event.target.closest("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (event.target.matches("#seek")) {
    event.target.blur();
    hideFound();
  }
}

// Arrow keys walk the answers of the search box; Enter opens the chosen one, or the page of all answers.
function choose(event) {
  const items = [...document.querySelectorAll("#found [role=option]")];
  if (!items.length) return;
  const now = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && now >= 0) {
    event.preventDefault();
    location.href = items[now].href;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = (now + step + items.length) % items.length;
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === next)));
  items[next].scrollIntoView({ block: "nearest" });
  event.target.setAttribute("aria-activedescendant", items[next].id);
}

function hideFound() {
  document.querySelector("#found")?.replaceChildren();
}

function clicks(event) {
  if (event.target.closest("[data-fold]")) fold();
  if (event.target.closest("[data-drawer]")) openDrawer();
  if (event.target.closest("[data-seek]")) seek(event);
  if (event.target.matches(".veil")) closeDrawer();
  if (event.target.closest("[data-print]")) window.print();
}

// On the press, not on the click: an option of a picker is gone before its click ends, and then lies outside.
function presses(event) {
  if (!event.target.closest(".top .seek")) hideFound();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) && !event.target.closest(".options")) menu.open = false;
  }
}

function fold() {
  const narrow = document.querySelector(".shell").classList.toggle("narrow");
  remember("rail", narrow ? "narrow" : "wide");
  document.querySelector("[data-fold]").setAttribute("aria-expanded", String(!narrow));
}

// A dot between: commas are not for cookies. The area at work is open by itself and need not be remembered.
function keepAreas() {
  const open = [...document.querySelectorAll(".area[open]")].map((area) => area.dataset.area);
  remember("areas", open.join("."));
}

function openDrawer() {
  document.querySelector(".rail").classList.add("open");
  document.body.insertAdjacentHTML("beforeend", '<button class="veil" tabindex="-1"></button>');
  document.querySelector(".rail a").focus();
}

function closeDrawer() {
  document.querySelector(".rail")?.classList.remove("open");
  document.querySelector(".veil")?.remove();
}

function opened(event) {
  if (event.target.matches(".area")) return keepAreas();
  if (event.target.matches("details.menu[open]")) event.target.querySelector(".float input:not([type=hidden]), .float select")?.focus();
}

// A request that got no page back: say so where messages stand, in words the server wrote beforehand.
function failed(event) {
  const words = document.querySelector(event.detail.requestConfig?.verb === "get" ? "#unread" : "#failure");
  if (!words || event.detail.xhr?.status === 422) return;
  const place = document.querySelector("#notices");
  place.hidden = false;
  place.replaceChildren(words.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
}

function answered({ detail }) {
  if (detail.successful) document.querySelector("#notices > [data-unread]")?.remove();
}
