// What follows from other fields (a customer's addresses, its open invoices) is drawn anew by the server when they change.
import { groupAll } from "./forms.js";
import { begin } from "./lines.js";

let turn = 0;

export function start() {
  document.addEventListener("change", changed);
}

async function changed(event) {
  const form = event.target.form;
  if (!form?.dataset.leads?.split(" ").includes(event.target.name)) return;
  const asked = ++turn;
  const body = new URLSearchParams(new FormData(form));
  body.set("redraw", "1");
  const answer = await fetch(location.href, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (asked === turn) form.querySelectorAll("[data-follows]").forEach((old) => replace(old, drawn.getElementById(old.id)));
}

function replace(old, fresh) {
  if (!fresh) return;
  old.replaceWith(document.adoptNode(fresh));
  groupAll(fresh);
  fresh.querySelectorAll("table.sheet").forEach(begin);
}
