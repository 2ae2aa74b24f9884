from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KitConfig(AppConfig):
    name = "freehold.kit"
    label = "kit"

    def ready(self) -> None:
        # Declarations register themselves on import, lowest chapter first.
        autodiscover_modules(
            "events", "projections", "reactions", "notices", "privacy", "searchable", "reportable", "tasks"
        )
