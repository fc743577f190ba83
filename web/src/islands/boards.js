// Cards of a dashboard: moved, made wider, renewed, shown on the whole screen.
import Sortable from "sortablejs";

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

function start() {
  for (const cards of document.querySelectorAll("[data-cards]:not([data-started])")) {
    cards.dataset.started = "";
    if (cards.dataset.arrange) arrange(cards);
    if (Number(cards.dataset.refresh)) renew(cards);
  }
}

function arrange(cards) {
  Sortable.create(cards, { handle: "[data-grip]", animation: 120, onEnd: () => keep(cards) });
  cards.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]");
    const step = grip && { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (step) move(cards, grip, step, event);
  });
  cards.addEventListener("click", (event) => {
    const card = event.target.closest("[data-widen]")?.closest("[data-card]");
    if (!card) return;
    card.classList.remove(`wide-${card.dataset.width}`);
    card.dataset.width = (Number(card.dataset.width) % 4) + 1;
    card.classList.add(`wide-${card.dataset.width}`);
    keep(cards);
  });
}

function move(cards, grip, step, event) {
  const card = grip.closest("[data-card]");
  event.preventDefault();
  if (step < 0) card.previousElementSibling?.before(card);
  else card.nextElementSibling?.after(card);
  grip.focus();
  keep(cards);
}

// What the server does not take is shown as it stands there.
async function keep(cards) {
  const body = new URLSearchParams();
  for (const card of cards.querySelectorAll("[data-card]")) {
    body.append("cards", card.dataset.card);
    body.append("widths", card.dataset.width);
  }
  const answer = await fetch(cards.dataset.arrange, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  if (!answer.ok) location.reload();
}

// Nothing is drawn anew under a hand: neither when it is asked for nor when it comes.
const held = (cards) => cards.matches(":active, :has(.sortable-chosen)");

function renew(cards) {
  const timer = setInterval(async () => {
    if (!cards.isConnected) return clearInterval(timer);
    if (document.hidden || held(cards)) return;
    const answer = await fetch(cards.dataset.from ?? location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || held(cards)) return;
    cards.innerHTML = await answer.text();
  }, Number(cards.dataset.refresh) * 1000);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-whole]")) document.querySelector("[data-cards]").requestFullscreen();
});
document.addEventListener("change", (event) => event.target.closest("[data-submits]")?.form.requestSubmit());
document.body.addEventListener("htmx:afterSettle", start);
start();
