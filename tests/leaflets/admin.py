from django.contrib import admin

from publishing.admin import PublishableAdmin
from tests.leaflets.models import Leaflet


@admin.register(Leaflet)
class LeafletAdmin(PublishableAdmin):
    list_display = ("title", "state")
    fields = ("title", "slug", "audience", "audience_roles", "standfirst", "territories")
