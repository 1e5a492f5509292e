from django.contrib import admin

from publishing.editor import RichTextAdmin
from themes.models import Theme


@admin.register(Theme)
class ThemeAdmin(RichTextAdmin):
    list_display = ("name", "position", "slug")
    list_editable = ("position",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ["name"]}
