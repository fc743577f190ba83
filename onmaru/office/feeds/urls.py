"""Where one subscribes to calendars."""

from django.urls import path

from onmaru.office.feeds import views

urlpatterns = [path("day/subscriptions", views.change)]
