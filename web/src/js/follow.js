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
const said = (form) => parts(form).flatMap((part) => [part, ...part.querySelectorAll("[name]")]).map((box) => `${box.value}${box.checked}`).join();

// What was typed while the answer was on its way is not in it: it is asked for once more.
async function redraw(form) {
  const [asked, was] = [++turn, said(form)];
  const body = new URLSearchParams(new FormData(form));
  body.set("redraw", "1");
  const answer = await fetch(location.href, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (asked !== turn) return;
  if (said(form) !== was) return redraw(form);
  const { name, selectionStart: at } = document.activeElement;
  parts(form).forEach((old) => replace(old, drawn.getElementById(old.id)));
  if (name && document.activeElement === document.body) hold(form.elements[name], at);
}

function hold(box, at) {
  box?.focus();
  if (at !== null) box?.setSelectionRange?.(at, at);
}

function replace(old, fresh) {
  if (!fresh) return;
  old.replaceWith(document.adoptNode(fresh));
  groupAll(fresh);
  fresh.querySelectorAll("table.sheet").forEach(begin);
}
