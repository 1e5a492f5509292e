from __future__ import annotations

from django.contrib import admin

from events.models import EventSeries, Speaker
from publishing.admin_reach import SharedAdmin


@admin.register(EventSeries)
class EventSeriesAdmin(admin.ModelAdmin[EventSeries]):
    list_display = ("name", "position", "slug")
    list_editable = ("position",)
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Speaker)
class SpeakerAdmin(SharedAdmin):
    list_display = ("name", "role", "organisation")
    search_fields = ("name", "organisation")
    autocomplete_fields = ("portrait",)
