// A process drawn, kept and put in force by a click. The editor is many times as heavy as what shows the diagram: it is
// fetched when somebody reaches for the diagram, and takes its place with what was chosen meanwhile.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { colours } from "../js/colours.js";

const place = document.querySelector("[data-diagram]");
const said = document.querySelector("[data-said]");
const given = JSON.parse(document.getElementById("diagram-given").textContent);
const PALETTE = 100; // pixels, where it stands in two columns

const viewer = new NavigatedViewer({ container: place, bpmnRenderer: colours });
let editor;

// The whole diagram, beside the palette and not below it.
function fit(canvas) {
  const { width, height } = canvas.viewbox().outer;
  const { x, y, width: wide, height: high } = canvas.viewbox().inner;
  if (!wide || !high) return;
  const scale = Math.min(1, (width - PALETTE - 70) / wide, (height - 40) / high);
  canvas.viewbox({ x: x - (PALETTE + 45) / scale, y: y - (height / scale - high) / 2, width: width / scale, height: height / scale });
}

// A click begun on what shows the diagram ends there.
let pressed = Promise.resolve();
addEventListener("pointerdown", () => {
  pressed = new Promise((done) => ["pointerup", "pointercancel"].forEach((end) => addEventListener(end, () => setTimeout(done), { once: true, capture: true })));
}, true);

function edited() {
  editor ??= import("../js/modeler.js").then(async ({ modeler }) => {
    await pressed;
    return take(modeler);
  });
  return editor;
}

function take(modeler) {
  const { x, y, width, height } = viewer.get("canvas").viewbox();
  const chosen = viewer.get("selection").get().map(({ id }) => modeler.get("elementRegistry").get(id));
  const focused = place.contains(document.activeElement);
  viewer.destroy();
  modeler.attachTo(place);
  modeler.get("canvas").viewbox({ x, y, width, height });
  modeler.get("selection").select(chosen);
  if (focused) modeler.get("canvas").focus();
  place.dataset.ready = "editor";
  return modeler;
}

async function keep(release) {
  const { xml } = await (await edited()).saveXML({ format: true });
  const body = new FormData(document.querySelector("[data-keep]"));
  body.set("xml", xml);
  if (release) body.set("release", "1");
  const answer = await fetch(location.pathname, { method: "POST", body });
  const told = await answer.json();
  said.textContent = told.said ?? told.reasons.join(" ");
  said.classList.toggle("wrong", !answer.ok);
}

for (const reached of ["pointermove", "pointerdown", "focusin"]) place.addEventListener(reached, edited, { once: true });
document.querySelector("[data-keep]")?.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  keep(submitted.submitter?.name === "release");
});
document.querySelector("[data-bring]")?.addEventListener("change", async (changed) => {
  const modeler = await edited();
  await modeler.importXML(await changed.target.files[0].text());
  fit(modeler.get("canvas"));
  place.dataset.ready = "brought";
});
document.querySelector("[data-panel]").textContent = given.words.none;
await viewer.importXML(given.xml);
fit(viewer.get("canvas"));
place.dataset.ready = "";
