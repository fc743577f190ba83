// The editor of a process: bpmn-js, and a panel beside it for what our elements say. It stands nowhere until it is put
// in the place of what shows the diagram.
import Modeler from "bpmn-js/lib/Modeler";
import { colours } from "./colours.js";
import { korean } from "./diagram-ko.js";

const panel = document.querySelector("[data-panel]");
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
export const modeler = new Modeler({
  moddleExtensions: { onmaru: moddle },
  bpmnRenderer: colours,
  additionalModules: [{ translate: ["value", translate] }],
});
await modeler.importXML(given.xml);
const modeling = modeler.get("modeling");
const factory = modeler.get("bpmnFactory");

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

modeler.on("selection.changed", ({ newSelection }) => show(newSelection));
