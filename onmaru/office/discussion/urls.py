"""The addresses of timelines, and of files as they are shown."""

from django.urls import path

from onmaru.office.discussion.views import files, marks, talk

urlpatterns = [
    path("talk/people/choices", talk.people),
    path("talk/<str:kind>/<int:pk>/", talk.entries),
    path("talk/<str:kind>/<int:pk>/say", talk.say),
    path("talk/<str:kind>/<int:pk>/follow", marks.follow),
    path("talk/<str:kind>/<int:pk>/pin/<slug:source>/<int:entry>", marks.pin),
    path("talk/comments/<int:pk>/<slug:verb>", talk.change),
    path("talk/files/<int:pk>", files.shown),
    path("talk/files/<int:pk>/download", files.download),
]
