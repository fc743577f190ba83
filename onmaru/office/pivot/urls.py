"""The address of a pivot as a workbook; the page is a face of the list's own address."""

from django.urls import path

from onmaru.office.pivot.views import pivot

urlpatterns = [path("pivot/<slug:name>/sheet.xlsx", pivot.export)]
