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
