"""The addresses of the pages. An entity's own stand last: its name is the first word of them."""

from django.urls import path

from onmaru.workbench.views import forms, home, lists, records, reports

urlpatterns = [
    path("", home.home),
    path("search", home.find),
    path("language", home.choose_language),
    path("look", home.choose_look),
    path("reports/<slug:name>/", reports.read),
    path("reports/<slug:name>/export.csv", reports.export, {"kind": "csv"}),
    path("reports/<slug:name>/export.xlsx", reports.export, {"kind": "xlsx"}),
    path("<slug:name>/", lists.rows),
    path("<slug:name>/new", forms.new),
    path("<slug:name>/choices", lists.choices),
    path("<slug:name>/export.csv", lists.export, {"kind": "csv"}),
    path("<slug:name>/export.xlsx", lists.export, {"kind": "xlsx"}),
    path("<slug:name>/<int:pk>/", records.record),
    path("<slug:name>/<int:pk>/edit", forms.edit),
    path("<slug:name>/<int:pk>/do/<slug:verb>", forms.act),
    path("<slug:name>/<int:pk>/print/<slug:document>.pdf", records.paper),
    path("<slug:name>/<int:pk>/files", records.attach),
    path("<slug:name>/<int:pk>/files/<int:file_pk>", records.download),
]
