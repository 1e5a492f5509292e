"""The form field of territories, as forms see it: what is sent, taken, refused and shown again."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from territories.fields import TerritoriesField, TerritoryField
from territories.models import Level, Territory
from territories.widgets import MOST_CHOSEN, TerritoryWidget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


class Places(forms.Form):
    places = TerritoriesField(label="Territoires")
    comment = forms.CharField(required=False)


class Whole(forms.Form):
    places = TerritoriesField(label="Territoires")
    comment = forms.CharField()


class Town(forms.Form):
    town = TerritoryField(label="Commune", levels=[Level.COMMUNE], required=False)


def sent(form: type[forms.Form], query: str) -> Any:
    return form(QueryDict(query))


def keys(form: forms.Form) -> list[str]:
    assert form.is_valid(), form.errors
    return [territory.pk for territory in form.cleaned_data["places"]]


def test_takes_what_was_chosen_each_once_in_order() -> None:
    query = "places=departement-38&places=commune-38185&places=departement-38"
    assert keys(sent(Places, query)) == ["departement-38", "commune-38185"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Isère", "departement-38"),
        ("38185", "commune-38185"),
        ("200040715", "epci-200040715"),
        ("amareins", "commune-01165"),
    ],
)
def test_what_is_typed_and_means_one_place_is_taken(typed: str, key: str) -> None:
    assert keys(sent(Places, f"places_q={typed}")) == [key]
    both = keys(sent(Places, f"places=departement-75&places_q={typed}"))
    assert both == ["departement-75", key]


def test_what_may_mean_several_is_asked_and_nothing_is_lost() -> None:
    form = sent(Places, "places=departement-75&places_q=saint martin&comment=gardé")
    assert not form.is_valid()
    shown = form.as_p()
    assert "cochez le bon" in str(form.errors)
    assert 'value="commune-38421"' in shown and "Saint-Martin-d’Hères" in shown
    assert 'value="departement-75" checked' in shown
    assert "saint martin" in shown and "gardé" in shown


def test_ticking_one_of_the_answers_settles_it() -> None:
    typed = "places_q=saint martin&places_asked=saint martin"
    query = f"places=departement-75&places=commune-38421&{typed}"
    assert keys(sent(Places, query)) == ["departement-75", "commune-38421"]


def test_typed_name_that_nothing_bears_says_what_to_do() -> None:
    form = sent(Places, "places_q=zzzzzzzzz")
    assert "code postal" in str(form.errors["places"])
    assert "zzzzzzzzz" in form.as_p()


def test_nothing_chosen_is_said_where_something_is_needed() -> None:
    assert "au moins un territoire" in str(sent(Places, "comment=x").errors)
    assert sent(Town, "").is_valid()


@pytest.mark.parametrize(
    "query",
    [
        "places=commune-99999",
        "places=%00",
        "places=commune-38185%00",
        "places=" + "9" * 10_000,
        "places=<script>alert(1)</script>",
        "&".join(f"places={number}" for number in range(100)),
    ],
)
def test_tampered_values_are_refused_in_words(query: str) -> None:
    form = sent(Places, query)
    assert "n’existe pas" in str(form.errors["places"])
    assert "<script>" not in form.as_p()


@pytest.mark.parametrize("typed", ["%00", "a" * 10_000, "<b>", "'; DROP TABLE--"])
def test_anything_may_be_typed(typed: str) -> None:
    assert "<b>" not in sent(Places, f"places_q={typed}").as_p()


def test_vanished_commune_is_todays() -> None:
    assert keys(sent(Places, "places=commune-01003")) == ["commune-01165"]


def test_level_that_does_not_fit_is_refused() -> None:
    form = sent(Town, "town=departement-38")
    assert "commune" in str(form.errors["town"])
    form = sent(Town, "town=commune-38185")
    assert form.is_valid() and form.cleaned_data["town"].name == "Grenoble"


def test_one_place_only_the_last_choice_counts() -> None:
    form = sent(Town, "town=commune-38185&town=commune-38229")
    assert form.is_valid() and form.cleaned_data["town"].code == "38229"


def test_initial_values_are_shown_and_are_no_change() -> None:
    isere = Territory.objects.get(pk="departement-38")
    form = Places(initial={"places": [isere]})
    assert 'value="departement-38" checked' in form.as_p()
    again = Places(QueryDict("places=departement-38"), initial={"places": [isere]})
    assert again.changed_data == []
    other = Places(QueryDict("places=departement-75"), initial={"places": [isere]})
    assert other.changed_data == ["places"]


def test_list_of_all_territories_is_never_written() -> None:
    assert len(Places().as_p()) < 3000


def test_typed_place_that_was_taken_is_shown_chosen_when_the_rest_is_wrong() -> None:
    shown = sent(Whole, "places_q=Isère").as_p()
    assert 'value="departement-38" checked' in shown
    assert "fieldset" not in shown and 'value="Isère"' not in shown


def test_namesake_of_a_chosen_place_is_asked_for_rather_than_forgotten() -> None:
    form = sent(Places, "places=commune-38421&places_q=saint martin")
    assert not form.is_valid()
    assert 'name="places_asked" value="saint martin"' in form.as_p()


def test_name_written_inexactly_is_told_apart_from_one_that_several_bear() -> None:
    assert "ressemblent" in str(sent(Places, "places_q=grenobl").errors)


def test_new_answer_takes_the_place_of_the_only_choice() -> None:
    form = sent(Town, "town=commune-38185&town_q=38229")
    assert form.is_valid() and form.cleaned_data["town"].code == "38229"
    assert "38185" not in form.as_p()


def test_box_is_never_required_by_the_browser() -> None:
    assert "required" not in Places().as_p()


def test_key_given_twice_is_one_territory() -> None:
    assert len(TerritoriesField().clean(["commune-38185"] * 2)) == 1


def test_vanished_choice_is_shown_under_todays_name() -> None:
    assert "Francheleins" in Places(initial={"places": ["commune-01003"]}).as_p()


def test_too_many_choices_are_refused_not_forgotten() -> None:
    chosen = Territory.objects.today().values_list("pk", flat=True)[: MOST_CHOSEN + 1]
    form = sent(Places, "&".join(f"places={key}" for key in chosen))
    assert "au plus" in str(form.errors)


def test_levels_reach_a_widget_that_the_caller_names() -> None:
    widget: Any = TerritoryField(levels=[Level.COMMUNE], widget=TerritoryWidget).widget
    assert widget.levels == (Level.COMMUNE,)


def test_costs_two_queries_for_any_number_of_choices(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        sent(Places, "places=commune-38185&places=departement-38&places=commune-01003").as_p()
