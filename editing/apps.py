from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "editing"
    verbose_name = "Écriture à plusieurs"
    default_auto_field = "django.db.models.BigAutoField"
