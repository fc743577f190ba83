/* A passkey that is not used: allauth tells it as an event, people read it in words. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelector("[data-key-failed]").hidden = false;
});
