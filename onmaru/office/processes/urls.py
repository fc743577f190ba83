"""The addresses of drawing, simulating and starting."""

from django.urls import path

from onmaru.office.processes.views import drawing

urlpatterns = [
    path("processes/<int:pk>/draw", drawing.draw),
    path("processes/<int:pk>/simulation", drawing.simulate),
    path("processes/start/<str:kind>/<int:pk>", drawing.start),
]
