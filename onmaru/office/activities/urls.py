"""The addresses of planning, of one's day, and of calendars."""

from django.urls import path

from onmaru.office.activities.views import days, plan

urlpatterns = [
    path("talk/<str:kind>/<int:pk>/plan", plan.plan),
    path("talk/activities/<int:pk>/<slug:verb>", plan.move),
    path("day/", days.day),
    path("day/calendar", days.calendar),
    path("calendar/<str:secret>.ics", days.feed),
]
