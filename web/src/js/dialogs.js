// Dialogs come from the server into #dialog and open by themselves; a click beside one or on its cross closes it.
export function start() {
  document.body.addEventListener("htmx:afterSettle", open);
  document.addEventListener("click", close);
}

function open(event) {
  const dialog = document.querySelector("#dialog > dialog");
  if (!dialog || dialog.open) return;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  dialog.querySelector("[aria-invalid=true], [autofocus]")?.focus();
}

function close(event) {
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
}
