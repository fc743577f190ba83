// A day that may be masked is asked as text, which reads "26.3.5" too; the calendar beside it writes the day into it.
export function start() {
  document.addEventListener("click", (event) => open(event.target.closest?.("[data-day]")));
  document.addEventListener("change", (event) => event.target.matches?.(".day > [type=date]") && take(event.target));
}

function open(button) {
  if (!button) return;
  const [box, calendar] = button.parentElement.querySelectorAll("input");
  calendar.value = /^\d{4}-\d\d-\d\d$/.test(box.value) ? box.value : "";
  calendar.showPicker();
}

function take(calendar) {
  const box = calendar.parentElement.querySelector("input");
  box.value = calendar.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
  box.focus();
}
