// Bars or lines over a table's own numbers, in the colours of the page.
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

const COLOURS = ["--accent", "--ok", "--warn", "--info", "--bad", "--faint"];
const LONGEST = 10;

export function draw(place, { unit, rows, series }) {
  const look = getComputedStyle(document.documentElement);
  const colour = (name) => look.getPropertyValue(name).trim();
  Object.assign(Chart.defaults, { color: colour("--muted"), borderColor: colour("--line"), locale: document.documentElement.lang });
  Chart.defaults.elements.line.borderWidth = 2;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  new Chart(place.appendChild(document.createElement("canvas")), {
    type: place.dataset.kind,
    data: { labels: rows, datasets: series.map((one, at) => dressed(one, colour(COLOURS[at % COLOURS.length]))) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      layout: { padding: 12 },
      interaction: { mode: "index", intersect: false },
      scales: { x: { grid: { display: false }, ticks: { maxRotation: 0, callback: short } }, y: { beginAtZero: true, title: { display: Boolean(unit), text: unit, align: "end" } } },
      plugins: {
        legend: { display: series.length > 1, align: "end", maxHeight: 72, labels: { boxWidth: 14, boxHeight: 10 } },
        tooltip: {
          backgroundColor: colour("--surface"),
          titleColor: colour("--text"),
          bodyColor: colour("--text"),
          borderColor: colour("--line-strong"),
          borderWidth: 1,
          boxPadding: 4,
        },
      },
    },
  });
}

const dressed = ({ name, data }, colour) => ({ label: name, data, backgroundColor: colour, borderColor: colour, maxBarThickness: 48 });

// Below the axis the beginning of a long name; the whole stands in the tooltip and in the table.
function short(place) {
  const label = this.getLabelForValue(place);
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}
