from django.apps import AppConfig


class Snapshots(AppConfig):
    name = "onmaru.office.snapshots"
    label = "snapshots"
    area = "approval"
