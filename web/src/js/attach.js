// A field that holds a file: it is sent at once, and what the form posts is the pass that comes back. A form that is sent
// before goes when it is there.
export function start() {
  document.addEventListener("change", send);
  document.addEventListener("submit", wait, true);
  document.addEventListener("click", (event) => event.target.closest("[data-detach]") && hold(event.target.closest(".attaching"), "", ""));
}

const busy = (form) => form.querySelector(".attaching[data-busy]");

function wait(event) {
  if (!busy(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.waits = event.submitter;
}

// Without its file a form does not go by itself.
function goOn(form, taken) {
  const { waits } = form;
  if (waits === undefined || (taken && busy(form))) return;
  delete form.waits;
  if (taken) form.requestSubmit(waits);
}

function hold(box, pass, name) {
  const kept = box.querySelector("input[type=hidden]");
  kept.value = pass;
  box.querySelector("output").textContent = name;
  box.querySelector("[data-detach]").hidden = !pass;
  kept.dispatchEvent(new Event("input", { bubbles: true }));
}

async function send(event) {
  const chosen = event.target.closest("input[data-attach]");
  if (!chosen?.files.length) return;
  const [box, body] = [chosen.closest(".attaching"), new FormData()];
  body.set("file", chosen.files[0]);
  chosen.value = "";
  box.dataset.busy = "";
  const token = chosen.form.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const answer = await fetch(chosen.dataset.attach, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => null);
  const told = (await answer?.json().catch(() => null)) ?? {};
  delete box.dataset.busy;
  if (told.pass) hold(box, told.pass, told.name);
  else box.querySelector("output").textContent = told.problem ?? "⚠";
  goOn(chosen.form, told.pass);
}
