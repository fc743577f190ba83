// What follows from other fields (a customer's addresses, its open invoices) is drawn anew by the server when they change.
import { groupAll } from "./forms.js";
import { begin } from "./lines.js";

let turn = 0;

export function start() {
  document.addEventListener("change", changed);
}

function changed(event) {
  const form = event.target.form;
  if (form?.dataset.leads?.split(" ").includes(event.target.name)) redraw(form);
}

const parts = (form) => [...form.querySelectorAll("[data-follows]")];
const boxes = (part) => [part, ...part.querySelectorAll("[name]")].filter((box) => box.name && box.type !== "hidden");
const rows = (part) => [...part.querySelectorAll("[type=hidden]")].map(({ name, value }) => `${name}=${value}`).join();

async function redraw(form) {
  const asked = ++turn;
  const was = new Map(parts(form).flatMap(boxes).map((box) => [box, box.value]));
  const body = new URLSearchParams(new FormData(form));
  body.set("redraw", "1");
  const answer = await fetch(location.href, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (asked !== turn) return;
  const { name, selectionStart: at } = document.activeElement;
  parts(form).forEach((old) => replace(old, drawn.getElementById(old.id), was));
  if (name && document.activeElement === document.body) hold(form.elements[name], at);
}

function hold(box, at) {
  box?.focus();
  if (at !== null) box?.setSelectionRange?.(at, at);
}

// What was typed while the answer was on its way is not in it, and stays where the rows are still the same.
function replace(old, fresh, was) {
  if (!fresh) return;
  const typed = rows(old) === rows(fresh) ? boxes(old).filter((box) => box.value !== was.get(box)) : [];
  old.replaceWith(document.adoptNode(fresh));
  for (const { name, value } of typed) {
    const box = boxes(fresh).find((one) => one.name === name);
    if (box && (!box.options || [...box.options].some((one) => one.value === value))) box.value = value;
  }
  groupAll(fresh);
  fresh.querySelectorAll("table.sheet").forEach(begin);
}
