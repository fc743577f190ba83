// Forms that are sent once, do not lose what was typed, and leave Enter to the input method while it composes.
export function start() {
  document.addEventListener("keydown", guardEnter, true);
  document.addEventListener("submit", sendOnce);
  document.addEventListener("focusout", group);
  document.addEventListener("input", (event) => event.target.form?.matches("[data-keep]") && (event.target.form.dataset.changed = ""));
  document.addEventListener("change", submitAtOnce);
  document.addEventListener("click", fillIn);
  window.addEventListener("beforeunload", warn);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => delete form.dataset.busy));
  document.body.addEventListener("htmx:afterRequest", (event) => delete event.detail.elt.dataset?.busy);
  document.body.addEventListener("htmx:beforeRequest", note);
  document.body.addEventListener("htmx:beforeSwap", leave);
  document.body.addEventListener("htmx:afterSettle", () => document.querySelectorAll("#dialog form").forEach(groupAll));
  groupAll(document);
  showFirstWrong();
}

// The Enter that ends a Hangul syllable belongs to the input method (229 is what Safari reports for it).
function guardEnter(event) {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  if (event.isComposing || event.keyCode === 229) {
    event.stopImmediatePropagation();
    if (event.isTrusted === false) event.preventDefault();
  }
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if ("busy" in form.dataset) return event.preventDefault();
  form.dataset.busy = "";
  delete form.dataset.changed;
}

// The answer to one cell of a row brings the whole row: not from under a hand that writes in the next cell, and not when
// that was sent too, for its answer brings it all.
function leave({ detail: { requestConfig, target }, detail }) {
  const [asked, box] = [requestConfig.elt, document.activeElement];
  const writes = box?.matches("[hx-post]") && box !== asked && box.value !== box.defaultValue && target.contains(box);
  if (writes || (target.latest ?? asked) !== asked) detail.shouldSwap = false;
}

function note({ detail }) {
  if (detail.elt.matches("input[hx-post]")) detail.target.latest = detail.elt;
}

function warn(event) {
  if (document.querySelector("form[data-changed]:not([data-busy])")) event.preventDefault();
}

// What the server filled in reads like what was typed.
export function groupAll(root) {
  root.querySelectorAll("input[inputmode=decimal]").forEach((box) => group({ target: box }));
}

// 1234567 → 1,234,567 once the cell is left; the server reads both.
function group(event) {
  const box = event.target;
  if (!box.matches?.("input[inputmode=decimal]") || !/^-?\d{4,}(\.\d+)?$/.test(box.value)) return;
  const [whole, part] = box.value.split(".");
  box.value = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part === undefined ? "" : `.${part}`);
}

function submitAtOnce(event) {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
}

// A demonstration account fills itself in and signs in.
function fillIn(event) {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const form = document.querySelector(button.dataset.fill);
  form.elements.login.value = button.dataset.login;
  form.elements.password.value = button.dataset.password;
  form.requestSubmit();
}

// The hand begins at what is wrong, else at what must be said, else at the first line that is empty; where a record is
// changed nothing is missing, and it begins at the top.
function showFirstWrong() {
  const boxes = [...document.querySelectorAll("form[data-keep] .field .input")];
  const wrong = document.querySelector("form [aria-invalid=true]:not([type=hidden])");
  const empty = (box) => box.value === "";
  const needed = boxes.find((box) => empty(box) && box.closest(".field").querySelector(".needed"));
  const line = [...document.querySelectorAll("form[data-keep] table.sheet tbody .input")].slice(0, 1).find(empty);
  const fresh = document.querySelector("form[data-keep] [name=version]") ? undefined : boxes.find(empty);
  (wrong ?? needed ?? line ?? fresh ?? boxes[0])?.focus();
}
