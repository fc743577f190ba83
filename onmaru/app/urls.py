"""The addresses of the whole house."""

from django.urls import include, path

handler400 = "onmaru.app.errors.bad_request"
handler403 = "onmaru.app.errors.forbidden"
handler404 = "onmaru.app.errors.not_found"
handler500 = "onmaru.app.errors.broken"

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("api/", include("onmaru.office.rest.urls")),
    path("", include("onmaru.office.forms.urls")),
    path("", include("onmaru.office.desk.urls")),
    path("", include("onmaru.office.mail.urls")),
    path("", include("onmaru.office.offering.urls")),
    path("", include("onmaru.office.processes.urls")),
    path("", include("onmaru.office.automation.urls")),
    path("", include("onmaru.office.feeds.urls")),
    path("", include("onmaru.office.activities.urls")),
    path("", include("onmaru.office.discussion.urls")),
    path("", include("onmaru.office.notices.urls")),
    path("", include("onmaru.office.agents.urls")),
    path("", include("onmaru.office.picking.urls")),
    path("", include("onmaru.office.dashboards.urls")),
    path("", include("onmaru.office.access.urls")),
    path("", include("onmaru.office.papers.urls")),
    path("", include("onmaru.office.imports.urls")),
    path("", include("onmaru.office.batches.urls")),
    path("", include("onmaru.office.undo.urls")),
    path("", include("onmaru.office.faces.urls")),
    path("shaping/", include("onmaru.office.packages.urls")),
    path("shaping/", include("onmaru.office.shaping.urls")),
    path("shaping/", include("onmaru.office.screens.urls")),
    path("", include("onmaru.office.pivot.urls")),
    path("", include("onmaru.office.palette.urls")),
    path("", include("onmaru.office.savedviews.urls")),
    path("pasting/", include("onmaru.office.pasting.urls")),
    path("", include("onmaru.workbench.urls")),
]
