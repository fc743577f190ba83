// Lets this browser take pushes: permission, the service worker, the subscription, and telling the house of it.
const place = document.querySelector("[data-push]");
const button = place?.querySelector("[data-push-here]");
const said = place?.querySelector("[data-push-said]");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

async function subscribe() {
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
    const worker = await navigator.serviceWorker.register("/worker.js");
    await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(place.dataset.push) });
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch("/inbox/devices", { method: "POST", headers, body: JSON.stringify(subscription) });
    if (!answer.ok) throw new Error(answer.status);
    location.reload();
  } catch {
    said.textContent = said.dataset.refused;
    said.hidden = false;
  }
}

if (button && "serviceWorker" in navigator && "PushManager" in window) {
  button.hidden = false;
  button.addEventListener("click", subscribe);
}
