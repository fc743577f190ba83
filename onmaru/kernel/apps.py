from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "onmaru.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Import what registers itself: commands, events, reactions, jobs and invariants of every room."""
        autodiscover_modules("commands", "events", "reactions", "jobs", "invariants")
