// The form of a record rule or a retention rule: what its kind of record has is chosen, and need not be known by its short name.
const known = new Map();
const field = (name) => document.querySelector(`#f-${name}`);
const said = (box) => box.value.split(/[,\n]/).map((one) => one.trim()).filter(Boolean);

async function names() {
  const kind = field("kind").value;
  if (!kind) return {};
  if (!known.has(kind)) known.set(kind, fetch(`/record-rules/names?kind=${encodeURIComponent(kind)}`).then((answer) => (answer.ok ? answer.json() : {})));
  return known.get(kind);
}

function offer(input, found = []) {
  const list = document.querySelector(`#offered-${input.name}`) ?? document.body.appendChild(Object.assign(document.createElement("datalist"), { id: `offered-${input.name}` }));
  list.replaceChildren(...found.map(([value, label]) => Object.assign(document.createElement("option"), { value, label })));
  input.setAttribute("list", list.id);
}

// The box says by short names what is ticked below it; it is seen only where there is something else in it.
function tick(box, found = []) {
  const place = box.parentElement.querySelector(".ticks") ?? box.insertAdjacentElement("afterend", Object.assign(document.createElement("div"), { className: "ticks", role: "group", ariaLabel: box.labels[0]?.textContent ?? "" }));
  box.hidden = found.length > 0 && said(box).every((one) => found.some(([value]) => value === one));
  place.replaceChildren(...found.map(([value, label]) => {
    const one = Object.assign(document.createElement("label"), { className: "check" });
    one.append(Object.assign(document.createElement("input"), { type: "checkbox", value, checked: said(box).includes(value) }), ` ${label}`);
    return one;
  }));
  place.onchange = (event) => {
    const others = said(box).filter((value) => value !== event.target.value);
    box.value = [...others, ...(event.target.checked ? [event.target.value] : [])].join(", ");
  };
}

async function refresh() {
  const kind = field("kind").value;
  const all = await names();
  if (kind !== field("kind").value) return; // of the kind that was chosen before
  if (field("since")) {
    offer(field("field"), all.personal);
    return offer(field("since"), all.days);
  }
  offer(field("owner"), all.owner);
  offer(field("field"), all.field);
  tick(field("hidden"), all.fields);
  tick(field("fixed"), all.fields);
  tick(field("values"), all.values?.[field("field").value]);
}

document.addEventListener("change", (event) => event.target.matches("#f-kind, #f-field") && refresh());
document.addEventListener("input", (event) => event.target.matches("#f-hidden, #f-fixed, #f-values") && refresh());
refresh();
