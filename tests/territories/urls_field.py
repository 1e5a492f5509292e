"""A page with the field, for the tests in a browser."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from dla_portal.urls import urlpatterns as portal
from territories.fields import TerritoriesField

PAGE = """{% extends "base.html" %}{% load static %}
{% block title %}Essai{% endblock %}
{% block head %}{{ form.media }}{% endblock %}
{% block content %}<h1>Essai</h1>
<form method="post">{{ form.as_div }}<button type="submit">Envoyer</button></form>
<p id="received">{{ received }}</p>{% endblock %}"""


class Places(forms.Form):
    places = TerritoriesField(label="Territoires", help_text="Un ou plusieurs.")
    comment = forms.CharField(label="Remarque", required=False)


@csrf_exempt
def page(request: HttpRequest) -> HttpResponse:
    form = Places(request.POST if request.method == "POST" else None)
    received = ""
    if form.is_valid():
        received = " ".join(territory.pk for territory in form.cleaned_data["places"])
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"form": form, "received": received}, request))


urlpatterns = [path("essai/", page), *portal]
