from django.apps import AppConfig


class Mailboxes(AppConfig):
    name = "onmaru.office.mailboxes"
    label = "mailboxes"
