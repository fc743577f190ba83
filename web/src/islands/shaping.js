// Rows of the administrator's screen: moved by dragging, by their arrows or by Alt with an arrow key.
const form = document.getElementById("arranging");
let held = null;

const told = () => form.dispatchEvent(new Event("arranged"));
const row = (element) => element.closest?.("[data-sort] > li");

function step(moved, by) {
  const other = by < 0 ? moved.previousElementSibling : moved.nextElementSibling;
  if (!other) return;
  other[by < 0 ? "before" : "after"](moved);
  told();
}

form.addEventListener("dragstart", (event) => {
  held = row(event.target);
  if (!held) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  held.classList.add("held");
});
form.addEventListener("dragover", (event) => {
  const over = row(event.target);
  if (!held || !over || over.parentElement !== held.parentElement) return;
  event.preventDefault();
  if (over === held) return;
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](held);
});
form.addEventListener("drop", (event) => held && event.preventDefault());
form.addEventListener("dragend", () => {
  held?.classList.remove("held");
  if (held) told();
  held = null;
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  step(row(button), Number(button.dataset.step));
  button.focus();
});
form.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key) || !row(event.target)) return;
  event.preventDefault();
  const at = event.target;
  step(row(at), event.key === "ArrowUp" ? -1 : 1);
  at.focus();
});
