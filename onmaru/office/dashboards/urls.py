"""The addresses of dashboards as pages; as records they have their entity's."""

from django.urls import path

from onmaru.office.dashboards.views import boards, slots

urlpatterns = [
    path("dashboard/home", slots.renewed),
    path("dashboard/<int:key>/", boards.show),
    path("dashboard/<int:key>/arrange", boards.arrange),
    path("dashboard/<int:key>/sheet.<slug:form>", boards.take),
]
