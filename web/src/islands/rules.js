// The form of a rule: which field, state or action is meant, and whom to tell, is offered by its words while it is typed.
const known = new Map();
const kind = () => document.querySelector("#f-kind")?.value;

async function words() {
  const of = kind();
  if (!of) return {};
  if (!known.has(of)) known.set(of, fetch(`/rules/words?kind=${encodeURIComponent(of)}`).then((answer) => (answer.ok ? answer.json() : {})));
  return known.get(of);
}

// The last word of several with commas is the one that is being typed.
function offer(input, found) {
  const list = document.querySelector("#rule-words") ?? document.body.appendChild(Object.assign(document.createElement("datalist"), { id: "rule-words" }));
  const before = input.name.endsWith(".whom") ? input.value.slice(0, input.value.lastIndexOf(",") + 1) : "";
  list.replaceChildren(...found.map(([value, label]) => Object.assign(document.createElement("option"), { value: before + value, label: label === value ? "" : label })));
  input.setAttribute("list", list.id);
}

async function meant(input) {
  const all = await words();
  if (input.id === "f-word") return all[document.querySelector("#f-happening").value];
  const [, row, cell] = input.name.match(/^actions\.(\d+)\.(what|whom)$/) ?? [];
  if (cell === "whom") return all.whom;
  return cell && all[`do.${document.querySelector(`[name="actions.${row}.does"]`).value}`];
}

async function refresh(event) {
  if (!event.target.matches("#f-word, [name^='actions.']")) return;
  const found = await meant(event.target);
  if (found) offer(event.target, found);
  else event.target.removeAttribute("list");
}

document.addEventListener("focusin", refresh);
document.addEventListener("input", (event) => event.target.name?.endsWith(".whom") && refresh(event));

// The filter of the rule's list is picked as above the list itself; what its address would say goes into the field.
const query = document.querySelector("#f-query");
const picked = Object.assign(document.createElement("div"), { className: "picked-filter" });

let turn = 0;

async function row() {
  const mine = ++turn;
  const asked = new URLSearchParams({ kind: kind() ?? "", query: query.value });
  const answer = await fetch(`/rules/filter?${asked}`).catch(() => null);
  if (!answer?.ok || mine !== turn) return;
  // Parsed apart: within the form of the rule the forms of the filters would be dropped.
  const made = Object.assign(document.createElement("template"), { innerHTML: await answer.text() });
  picked.replaceChildren(made.content);
}

function ask(found) {
  const said = new URLSearchParams([...new URLSearchParams(found)].filter(([, value]) => value));
  query.value = said.toString();
  query.dispatchEvent(new Event("input", { bubbles: true }));
  row();
}

function own(event) {
  const link = event.target.closest("a");
  if (event.type === "submit") ask(new FormData(event.target));
  else if (event.type === "click" && link) ask(link.search);
  else if (event.type === "change" && event.target.matches("[data-view]")) ask(event.target.value);
  if (event.type === "submit" || link) event.preventDefault();
  // The form of the rule has nothing to do with it; pickers and menus listen for the rest.
  if (event.type !== "click") event.stopPropagation();
}

if (query) {
  query.hidden = true;
  query.after(picked);
  for (const what of ["submit", "click", "change"]) picked.addEventListener(what, own);
  document.querySelector("#f-kind").addEventListener("change", () => ask(""));
  row();
}
