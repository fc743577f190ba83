"""The addresses of writing mails, of their HTML, of what stands on no record, and of counted pictures."""

from django.urls import path

from onmaru.office.mail.views import compose, inbox, shown

urlpatterns = [
    path("talk/<str:kind>/<int:pk>/mail", compose.compose),
    path("mail/", inbox.inbox),
    path("mail/<int:pk>/link", inbox.link),
    path("mail/<int:pk>/html", shown.html),
    path("mail/seen/<str:track>.gif", shown.seen),
]
