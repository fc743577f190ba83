"""The addresses of the menu of views above a list."""

from django.urls import path

from onmaru.office.savedviews import views

urlpatterns = [
    path("views/", views.keep),
    path("views/<int:pk>/<slug:verb>", views.change),
]
