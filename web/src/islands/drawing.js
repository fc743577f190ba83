// A process drawn: bpmn-js beside a panel for what our elements say, kept and put in force by a click.
import Modeler from "bpmn-js/lib/Modeler";
import { colours } from "../js/colours.js";
import { korean } from "../js/diagram-ko.js";

const place = document.querySelector("[data-diagram]");
const panel = document.querySelector("[data-panel]");
const said = document.querySelector("[data-said]");
const given = JSON.parse(document.getElementById("diagram-given").textContent);
const { words } = given;

const own = (name, on) => ({ name, extends: on, properties: [] });
const attribute = (name) => ({ name, isAttr: true, type: "String" });
const moddle = {
  name: "Onmaru",
  uri: "urn:onmaru:bpmn",
  prefix: "onmaru",
  xml: { tagAlias: "lowerCase" },
  types: [
    { ...own("Person", ["bpmn:Task"]), properties: [attribute("role")] },
    { ...own("Call", ["bpmn:ServiceTask"]), properties: [attribute("command"), attribute("values")] },
  ],
  associations: [],
};

const known = document.documentElement.lang === "ko" ? korean : {};
const translate = (said, held = {}) => (known[said] ?? said).replace(/{([^}]+)}/g, (whole, name) => held[name] ?? whole);
const modeler = new Modeler({
  container: place,
  moddleExtensions: { onmaru: moddle },
  bpmnRenderer: colours,
  additionalModules: [{ translate: ["value", translate] }],
});
await modeler.importXML(given.xml);
fit();
const modeling = modeler.get("modeling");
const factory = modeler.get("bpmnFactory");

// The whole diagram, beside the palette and not below it.
function fit() {
  const canvas = modeler.get("canvas");
  const taken = place.querySelector(".djs-palette")?.getBoundingClientRect().width ?? 0;
  const { width, height } = canvas.viewbox().outer;
  const { x, y, width: wide, height: high } = canvas.viewbox().inner;
  if (!wide || !high) return;
  const scale = Math.min(1, (width - taken - 70) / wide, (height - 40) / high);
  canvas.viewbox({ x: x - (taken + 45) / scale, y: y - (height / scale - high) / 2, width: width / scale, height: height / scale });
}

const is = (element, type) => element.businessObject.$instanceOf(type);
const event = (element, type) => element.businessObject.eventDefinitions?.find((one) => one.$instanceOf(type));

function formal(body) {
  return body ? factory.create("bpmn:FormalExpression", { body }) : undefined;
}

const isTime = (text) => /^\d{4}-|^[a-z_]/.test(text);

function timed(element, body) {
  const timer = event(element, "bpmn:TimerEventDefinition");
  const date = body && isTime(body);
  modeling.updateModdleProperties(element, timer, {
    timeDuration: date ? undefined : formal(body),
    timeDate: date ? formal(body) : undefined,
  });
}

function named(element, name) {
  const definitions = modeler.getDefinitions();
  let message = definitions.rootElements.find((one) => one.$type === "bpmn:Message" && one.name === name);
  if (!message) {
    message = factory.create("bpmn:Message", { name });
    message.$parent = definitions;
    definitions.rootElements.push(message);
  }
  modeling.updateModdleProperties(element, event(element, "bpmn:MessageEventDefinition"), { messageRef: message });
}

// What can be said of an element: label, present value, what to do with a new one, what to choose from.
function asked(element) {
  const thing = element.businessObject;
  const plain = (name) => (value) => modeling.updateProperties(element, { [name]: value || undefined });
  const found = [["name", thing.name, plain("name")]];
  const isPerson = ["bpmn:UserTask", "bpmn:ManualTask"].some((type) => is(element, type)) || thing.$type === "bpmn:Task";
  if (isPerson) found.push(["role", thing.get("onmaru:role"), plain("onmaru:role"), given.roles]);
  if (is(element, "bpmn:ServiceTask")) {
    found.push(["command", thing.get("onmaru:command"), plain("onmaru:command"), given.commands]);
    found.push(["values", thing.get("onmaru:values"), plain("onmaru:values")]);
  }
  if (is(element, "bpmn:SequenceFlow")) {
    found.push(["condition", thing.conditionExpression?.body, (value) => modeling.updateProperties(element, { conditionExpression: formal(value) })]);
  }
  const timer = event(element, "bpmn:TimerEventDefinition");
  if (timer) found.push(["timer", (timer.timeDuration ?? timer.timeDate)?.body, (value) => timed(element, value)]);
  const message = event(element, "bpmn:MessageEventDefinition");
  if (message) found.push(["message", message.messageRef?.name, (value) => named(element, value), given.commands]);
  return found;
}

function control(value, choices) {
  if (!choices) return Object.assign(document.createElement("input"), { className: "input", value: value ?? "" });
  const select = Object.assign(document.createElement("select"), { className: "input" });
  for (const [code, label] of [["", ""], ...choices]) select.append(new Option(label, code, false, code === (value ?? "")));
  return select;
}

function row(name, value, change, choices) {
  const label = document.createElement("label");
  const input = control(value, choices);
  input.name = name;
  input.addEventListener("change", () => change(input.value.trim()));
  label.append(words[name], input);
  return label;
}

function show(selected) {
  const element = selected.length === 1 && selected[0].businessObject?.id ? selected[0] : null;
  panel.replaceChildren(...(element ? asked(element).map((one) => row(...one)) : [words.none]));
}

async function keep(release) {
  const { xml } = await modeler.saveXML({ format: true });
  const body = new FormData(document.querySelector("[data-keep]"));
  body.set("xml", xml);
  if (release) body.set("release", "1");
  const answer = await fetch(location.pathname, { method: "POST", body });
  const told = await answer.json();
  said.textContent = told.said ?? told.reasons.join(" ");
  said.classList.toggle("wrong", !answer.ok);
}

modeler.on("selection.changed", ({ newSelection }) => show(newSelection));
document.querySelector("[data-keep]")?.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  keep(submitted.submitter?.name === "release");
});
document.querySelector("[data-bring]")?.addEventListener("change", async (changed) => {
  await modeler.importXML(await changed.target.files[0].text());
  fit();
  place.dataset.ready = "brought";
});
show([]);
place.dataset.ready = "";
