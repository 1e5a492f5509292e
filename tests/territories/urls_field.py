"""Pages with the field, for the tests in a browser: several choices, one, rows that are added."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from dla_portal.urls import urlpatterns as portal
from territories.fields import TerritoriesField, TerritoryField
from territories.models import Level

PAGE = """{% extends "base.html" %}{% load static %}
{% block title %}Essai{% endblock %}
{% block head %}{{ form.media }}{% endblock %}
{% block content %}<h1>Essai</h1>
<form method="post" class="{% if form.prefix %}empty-form{% endif %}">
{{ form.as_div }}<button type="submit">Envoyer</button></form>
<p id="received">{{ received }}</p>{% endblock %}"""


class Places(forms.Form):
    places = TerritoriesField(label="Territoires", help_text="Un ou plusieurs.")
    comment = forms.CharField(label="Remarque", required=False)


class Town(forms.Form):
    town = TerritoryField(label="Commune", levels=[Level.COMMUNE])
    comment = forms.CharField(label="Remarque", required=False)


@csrf_exempt
def page(request: HttpRequest) -> HttpResponse:
    form = Places(request.POST if request.method == "POST" else None)
    received = ""
    if form.is_valid():
        received = " ".join(territory.pk for territory in form.cleaned_data["places"])
    return _shown(request, form, received)


@csrf_exempt
def one(request: HttpRequest) -> HttpResponse:
    form = Town(request.POST if request.method == "POST" else None)
    received = form.cleaned_data["town"].pk if form.is_valid() else ""
    return _shown(request, form, received)


def rows(request: HttpRequest) -> HttpResponse:
    """The empty row that the admin copies."""
    return _shown(request, forms.formset_factory(Places)(prefix="rows").empty_form, "")


def _shown(request: HttpRequest, form: forms.BaseForm, received: str) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"form": form, "received": received}, request))


urlpatterns = [path("essai/", page), path("essai/un/", one), path("essai/lignes/", rows), *portal]
