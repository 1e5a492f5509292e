from django.contrib import admin

from glossary.models import Term


@admin.register(Term)
class TermAdmin(admin.ModelAdmin[Term]):
    list_display = ("term", "expansion", "source")
    search_fields = ("term", "expansion", "other_forms", "definition")
    prepopulated_fields = {"slug": ["term"]}
    fields = ("term", "expansion", "definition", "source", "source_url", "other_forms", "slug")
