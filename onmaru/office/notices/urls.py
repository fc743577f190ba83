"""The addresses of the inbox, of the ways to be told, and of the service worker."""

from django.urls import path

from onmaru.office.notices.views import inbox, wishes

urlpatterns = [
    path("live", inbox.unheard),
    path("inbox/", inbox.inbox),
    path("inbox/bell", inbox.bell),
    path("inbox/unread", inbox.unread),
    path("inbox/<int:pk>/said", inbox.said),
    path("inbox/<int:pk>/open", inbox.follow),
    path("inbox/<int:pk>/snooze", inbox.snooze),
    path("inbox/read", inbox.read),
    path("inbox/wishes", wishes.wishes),
    path("inbox/devices", wishes.devices),
    path("worker.js", wishes.worker),
]
