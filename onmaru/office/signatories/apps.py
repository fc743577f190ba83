from django.apps import AppConfig


class Signatories(AppConfig):
    name = "onmaru.office.signatories"
    label = "signatories"
    area = "approval"
