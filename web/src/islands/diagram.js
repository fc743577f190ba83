// A BPMN diagram to look at, with the number of records that stand at each element.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { colours } from "../js/colours.js";

const place = document.querySelector("[data-diagram]");
const given = JSON.parse(document.getElementById("diagram-given").textContent);

function token(count) {
  const mark = document.createElement("span");
  mark.className = "token";
  mark.textContent = count;
  return mark;
}

async function show() {
  const viewer = new NavigatedViewer({ container: place, bpmnRenderer: colours });
  await viewer.importXML(given.xml);
  const overlays = viewer.get("overlays");
  const elements = viewer.get("elementRegistry");
  for (const [id, count] of Object.entries(given.tokens)) {
    if (elements.get(id)) overlays.add(id, { position: { top: -12, right: 12 }, html: token(count) });
  }
  viewer.get("canvas").zoom("fit-viewport", "auto");
  place.dataset.ready = "";
}

// What came without shapes (over the API) cannot be drawn; the table beside it says the same.
show().catch(() => {
  place.hidden = true;
});
