// A pivot's chips go from shelf to shelf, its rows fold, and its chart is fetched when one is asked for.
import Sortable from "sortablejs";

function start() {
  const shelves = document.querySelector("[data-shelves]:not([data-started])");
  if (!shelves) return;
  shelves.dataset.started = "";
  for (const list of shelves.querySelectorAll("[data-shelf]")) {
    Sortable.create(list, { group: "shelves", animation: 120, delay: 180, delayOnTouchOnly: true, onEnd: (event) => (event.from !== event.to || event.oldIndex !== event.newIndex) && lay(shelves) });
  }
  const place = document.querySelector("#chart");
  if (place) import("../js/chart.js").then((chart) => chart.draw(place, JSON.parse(document.querySelector("#chart-data").textContent)));
}

// The shelves as they stand now become the address.
function lay(shelves) {
  const address = new URLSearchParams(location.search);
  for (const list of shelves.querySelectorAll("[data-shelf]")) {
    if (!list.dataset.shelf) continue;
    address.delete(list.dataset.shelf);
    for (const chip of list.querySelectorAll("[data-word]")) address.append(list.dataset.shelf, chip.dataset.word);
  }
  location.search = address;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".fold-row");
  if (!button) return;
  const row = button.closest("tr");
  const open = button.getAttribute("aria-expanded") === "false";
  button.setAttribute("aria-expanded", String(open));
  showBelow(row.closest("tbody"), row.dataset.path, open);
});

// What was folded further down stays folded when its parent opens.
function showBelow(body, path, open) {
  for (const row of body.querySelectorAll(`tr[data-parent="${CSS.escape(path)}"]`)) {
    row.hidden = !open;
    const folded = row.querySelector(".fold-row")?.getAttribute("aria-expanded") === "false";
    if (row.dataset.path !== path) showBelow(body, row.dataset.path, open && !folded);
  }
}

document.body.addEventListener("htmx:afterSettle", start);
start();
