"""Saved and published in one go, where the change holds no surprise; told and left to be read
elsewhere."""

import pytest
from django.urls import reverse

from publishing import services
from tests.factories import place_at
from tests.publishing.desk import (
    ONLINE,
    SCHEDULED,
    Desk,
    buttons,
    editor_named,
    embargoed,
    fields_of,
    form_data,
    intervals,
    signed_in,
    standfirst_at,
    words,
)

pytestmark = pytest.mark.django_db

both = pytest.mark.parametrize("kind", ["article", "event"])


@both
def test_own_correction_goes_online_with_one_click(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = Desk.of(kind, published=True, standfirst="Une coquile."), signed_in(anne)
    assert 'name="_correct"' in buttons(client, desk)
    data = form_data(client, desk, standfirst="Une coquille.", _correct="1")
    done = client.post(desk.url("change"), data, follow=True)
    assert "est en ligne" in words(done)
    assert "Une coquille." in desk.read()


@both
def test_correction_with_what_somebody_else_wrote_is_saved_and_not_published(kind: str) -> None:
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk, client = Desk.of(kind, published=True, standfirst="Avant."), signed_in(anne)
    desk.rewrite("Écrit par Paul.", paul)
    assert 'name="_correct"' not in buttons(client, desk)
    data = form_data(client, desk, standfirst="Corrigé par Anne.", _correct="1")
    told = client.post(desk.url("change"), data, follow=True)
    assert told.request["PATH_INFO"] == desk.url("publish")
    assert "Enregistré, mais pas publié : Paul Exemple a aussi modifié" in words(told)
    assert "Avant." in desk.read()
    desk.working.refresh_from_db()
    assert desk.working.standfirst == "Corrigé par Anne."


@both
def test_correction_over_what_was_saved_meanwhile_is_neither_saved_nor_published(
    kind: str,
) -> None:
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk, client = Desk.of(kind, published=True, standfirst="Avant."), signed_in(anne)
    data = form_data(client, desk, standfirst="Corrigé par Anne.", _correct="1")
    desk.rewrite("Écrit par Paul.", paul)
    told = client.post(desk.url("change"), data)
    assert "Rien n’est perdu" in words(told)
    assert "Avant." in desk.read()
    # Written over all the same: what Paul wrote was in between, and nobody published it.
    again = {**fields_of(told, desk), "keep_every": "mine", "_correct": "1"}
    over = client.post(desk.url("change"), again, follow=True)
    assert "Avant." in desk.read()
    assert "pas publié" in words(over)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"audience": "network"}, "le public ou l’adresse change"),
        ({"slug": "ailleurs"}, "le public ou l’adresse change"),
        ({"standfirst": ""}, "il manque quelque chose"),
    ],
)
def test_correction_that_needs_reading_leads_to_the_page(
    changed: dict[str, str], reason: str
) -> None:
    anne = editor_named("Anne")
    desk, client = Desk.of("article", published=True), signed_in(anne)
    told = client.post(
        desk.url("change"), form_data(client, desk, _correct="1", **changed), follow=True
    )
    assert reason in words(told)
    assert desk.working.publications.count() == 1


def test_correction_that_writes_to_people_leads_to_the_page() -> None:
    anne = editor_named("Anne")
    desk, client = Desk.of("event", published=True, open_to_all=True), signed_in(anne)
    place_at(desk.working)
    data = form_data(client, desk, _correct="1", starts_time="11:00")
    told = client.post(desk.url("change"), data, follow=True)
    assert "cela change quelque chose pour les personnes inscrites" in words(told)
    assert desk.working.publications.count() == 1


def test_correction_is_not_one_click_for_those_who_do_not_publish() -> None:
    karim = editor_named("Karim", group="Contribution")
    desk, client = Desk.of("article", published=True, standfirst="Avant."), signed_in(karim)
    for button in ("_correct", "_update_schedule"):
        assert button not in buttons(client, desk)
        data = form_data(client, desk, standfirst="Après.", **{button: "1"})
        client.post(desk.url("change"), data)
        assert "Avant." in desk.read()


@both
def test_saved_correction_joins_what_is_scheduled_when_that_is_asked(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    hour = intervals(desk)[-1][0]
    page = buttons(client, desk)
    assert 'name="_correct"' not in page
    assert 'name="_update_schedule"' in page
    data = form_data(client, desk, standfirst="Tout à fait prêt.", _update_schedule="1")
    done = client.post(desk.url("change"), data, follow=True)
    assert "avec ce que vous venez d’enregistrer" in words(done)
    assert standfirst_at(desk, hour) == "Tout à fait prêt."
    assert intervals(desk)[-1][0] == hour
    assert ONLINE in desk.read()


@both
def test_saved_correction_that_does_not_join_says_so_on_every_page(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    text = words(client.get(desk.url("change")))
    assert "La version n° 4 paraîtra à la place de celle qui est en ligne (n° 2)" in text
    assert (
        "La version programmée (n° 4) ne contient pas vos modifications enregistrées depuis (n° 5)"
        in text
    )
    for address in (
        reverse("admin:index"),
        desk.list_url,
        f"{desk.list_url}?etat=programme-modifie",
    ):
        listed = words(client.get(address))
        assert "En ligne · programmé le" in listed
        assert "modifications non programmées" in listed


@both
@pytest.mark.parametrize("how", ["others", "restored"])
def test_correction_does_not_join_unread_what_is_not_ones_own(kind: str, how: str) -> None:
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk, client = embargoed(kind, anne), signed_in(anne)
    if how == "others":
        desk.rewrite("Écrit par Paul.", paul)
    else:
        services.take_up_online(working=desk.working, by=anne)
    assert 'name="_update_schedule"' not in buttons(client, desk)
    data = form_data(client, desk, standfirst="Corrigé par Anne.", _update_schedule="1")
    told = client.post(desk.url("change"), data, follow=True)
    assert told.request["PATH_INFO"] == desk.url("publish")
    assert desk.will_read() == SCHEDULED
