"""The addresses to which a form sends its lines for a look, beside its own."""

from django.urls import path

from onmaru.office.pasting import views

urlpatterns = [path("<slug:name>/new", views.new), path("<slug:name>/<int:pk>/edit", views.edit)]
