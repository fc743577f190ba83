"""The addresses of timelines, files as they are shown, one's day, and calendars."""

from django.urls import path

from onmaru.office.discussion.views import days, files, marks, talk

urlpatterns = [
    path("talk/people/choices", talk.people),
    path("talk/<str:kind>/<int:pk>/", talk.entries),
    path("talk/<str:kind>/<int:pk>/say", talk.say),
    path("talk/<str:kind>/<int:pk>/plan", talk.plan),
    path("talk/<str:kind>/<int:pk>/follow", marks.follow),
    path("talk/<str:kind>/<int:pk>/pin/<slug:source>/<int:entry>", marks.pin),
    path("talk/comments/<int:pk>/<slug:verb>", talk.change),
    path("talk/activities/<int:pk>/<slug:verb>", talk.move),
    path("talk/files/<int:pk>", files.shown),
    path("talk/files/<int:pk>/download", files.download),
    path("day/", days.day),
    path("day/calendar", days.calendar),
    path("calendar/<str:secret>.ics", days.feed),
]
