// The timeline of a record: files dropped on it, a text emptied once it is said, previews, and people called by an @.
const talk = document.getElementById("talk");

// Who else has the record open: the page's stream hears it, maybe before this script is here.
const place = document.querySelector("[data-on]");

function present() {
  place.replaceChildren(...place.people.map(([, name]) => {
    const words = `${name} ${place.dataset.word}`;
    const mark = Object.assign(document.createElement("span"), { className: "mark", textContent: name.slice(0, 1).toUpperCase(), title: words });
    mark.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: words }));
    return mark;
  }));
}

document.body.addEventListener("here", present);
if (place?.people) present();

// What others did is drawn anew at once, but not under the hands of somebody who writes in it, has a menu open or presses
// a button: neither when it is heard nor when its answer comes, for between the two a menu may have been opened.
const entries = document.getElementById("entries");
const held = () => entries.matches(":active") || Boolean(entries.querySelector("details.menu[open], details[open] :is(textarea, input):focus"));
let behind = false;

function fresh() {
  behind = held();
  if (!behind) entries.dispatchEvent(new Event("fresh"));
}

if (entries) {
  document.body.addEventListener("record-changed", fresh);
  entries.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.triggeringEvent?.type !== "fresh" || !held()) return;
    event.detail.shouldSwap = false;
    behind = true;
  });
  entries.addEventListener("focusout", () => behind && setTimeout(fresh, 200));
  entries.addEventListener("toggle", () => behind && setTimeout(fresh, 200), true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => behind && setTimeout(fresh, 200));
}

// What was said is emptied; what was written on meanwhile stays, for it has not been said.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("[data-say]")) event.target.sent = event.target.elements.text?.value;
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-say]");
  if (!form || !event.detail.successful) return;
  const now = form.elements.text?.value ?? "";
  form.reset();
  if (now !== form.sent && form.elements.text) form.elements.text.value = now.startsWith(form.sent) ? now.slice(form.sent.length).trimStart() : now;
  chosen(form);
  form.closest("details.plan")?.removeAttribute("open");
});

talk?.querySelector(".filters").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  talk.querySelectorAll(".filters a").forEach((one) => one.toggleAttribute("aria-current", one === link));
});

function chosen(form) {
  const said = form.querySelector("[data-chosen]");
  if (said) said.textContent = [...form.querySelector("[data-files]").files].map((one) => one.name).join(", ");
}

document.addEventListener("change", (event) => event.target.matches("[data-files]") && chosen(event.target.form));

document.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.matches?.("[data-preview]") || !fold.open || fold.querySelector("iframe")) return;
  fold.append(Object.assign(document.createElement("iframe"), { src: fold.dataset.preview, title: fold.textContent.trim() }));
}, true);

// Files: they go with what is written, as if chosen by the button.
if (talk?.dataset.attach) {
  const input = talk.querySelector("[data-files]");
  const hint = talk.querySelector("[data-drop]");
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  talk.addEventListener("dragover", (event) => carries(event) && (event.preventDefault(), (hint.hidden = false)));
  talk.addEventListener("dragleave", (event) => talk.contains(event.relatedTarget) || (hint.hidden = true));
  talk.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    hint.hidden = true;
    input.files = event.dataTransfer.files;
    chosen(input.form);
    input.form.requestSubmit();
  });
}

// People: what stands between an @ and the cursor asks for them; arrows and Enter choose.
let list, box, from, listed, turn = 0;

const rows = () => [...(list?.children ?? [])];
const marked = () => rows().find((one) => one.getAttribute("aria-selected") === "true");

function close() {
  list?.remove();
  list = box = undefined;
}

const word = (input) => /(?:^|[^\p{L}\p{N}@])@([^\s@]{0,30})$/u.exec(input.value.slice(0, input.selectionStart));

async function ask(input) {
  const found = word(input);
  const mine = ++turn;
  if (!found) return close();
  const answer = await fetch(`/talk/people/choices?q=${encodeURIComponent(found[1])}`).catch(() => null);
  if (!answer?.ok || mine !== turn) return;
  show(input, input.selectionStart - found[1].length, (await answer.json()).results, found[1]);
}

function show(input, at, people, typed) {
  close();
  if (!people.length) return;
  [box, from, listed] = [input, at, typed];
  list = Object.assign(document.createElement("div"), { className: "options people" });
  list.setAttribute("role", "listbox");
  const twice = (name) => people.filter((one) => one.label === name).length > 1;
  list.append(...people.map((one, place) => {
    const row = document.createElement("div");
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(!place));
    row.dataset.word = twice(one.label) ? one.detail : one.label;
    row.append(Object.assign(document.createElement("span"), { textContent: one.label }), Object.assign(document.createElement("small"), { textContent: one.detail }));
    return row;
  }));
  input.after(list);
}

// Who types on and presses Enter before the answer came means the answer.
async function take() {
  const input = box;
  if (word(input)?.[1] !== listed) await ask(input);
  if (list) choose(marked());
}

function choose(row) {
  const after = box.value.slice(box.selectionStart);
  const before = `${box.value.slice(0, from)}${row.dataset.word} `;
  box.value = before + after.replace(/^ /, "");
  box.setSelectionRange(before.length, before.length);
  box.focus();
  close();
}

document.addEventListener("input", (event) => event.target.matches("[data-mentions]") && ask(event.target));
document.addEventListener("mousedown", (event) => {
  const row = event.target.closest(".people [role=option]");
  if (!row) return close();
  event.preventDefault();
  choose(row);
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-mentions]")) return void (event.preventDefault(), event.stopImmediatePropagation(), event.target.form.requestSubmit());
  if (!list || event.target !== box) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const all = rows();
    const next = all[(all.indexOf(marked()) + step + all.length) % all.length];
    all.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
  } else if (event.key === "Enter" || event.key === "Tab") take();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// Mails: the form is fetched when it is opened, or begun anew as an answer, and goes when the mail is on its way.
const writing = talk?.querySelector(".mail-writing");
const composer = () => writing.querySelector(".composer");

function begin(answers = "") {
  writing.querySelector("[data-answers]").value = answers;
  composer().dispatchEvent(new Event("compose"));
}

writing?.addEventListener("toggle", () => writing.open && !composer().hasChildNodes() && begin());

talk?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-answer]");
  if (!button || !writing) return;
  begin(button.dataset.answer);
  composer().textContent = "…";
  writing.open = true;
  writing.scrollIntoView({ block: "start" });
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.("[data-mail]") || !event.detail.successful) return;
  writing.open = false;
  composer().replaceChildren();
});
