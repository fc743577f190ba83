// The service worker: shows what is pushed and leads to it. It keeps no pages.
self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  const shown = { body: said.body, tag: `notice-${said.id}`, data: `/inbox/${said.id}/open`, icon: "/static/workbench/mark.svg" };
  event.waitUntil(self.registration.showNotification(said.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
