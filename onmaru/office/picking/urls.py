"""Where what stands on a dashboard is chosen."""

from django.urls import path

from onmaru.office.picking.views import cards

urlpatterns = [
    path("dashboard/card", cards.put),
    path("dashboard/card/of", cards.pick),
    path("dashboard/card/<int:pk>/off", cards.take_off),
]
