"""What is scheduled is told everywhere, comes at its hour, and never before by the way."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from events.models import EventPublication
from events.registrations.due import run
from publishing import services
from publishing.models import Status
from publishing.services import Schedule
from tests.factories import ArticleFactory, EventFactory, place_at
from tests.publishing.desk import (
    CORRECTED,
    FIXED,
    HOUR,
    ONLINE,
    SCHEDULED,
    Desk,
    editor_named,
    embargoed,
    intervals,
    shown,
    signed_in,
    standfirst_at,
    words,
)

pytestmark = pytest.mark.django_db

both = pytest.mark.parametrize("kind", ["article", "event"])


def assert_readers_get_something_at_every_moment(desk: Desk) -> None:
    rows = intervals(desk)
    assert all(end == start for (_, end), (start, _) in pairwise(rows))
    assert rows[-1][1] is None


# --- Publishing at once ---


@both
def test_publishing_at_once_says_what_would_be_read_before_its_hour(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    page = client.get(desk.url("publish"))
    text = words(page)
    assert "La version n° 4 est programmée pour le" in text
    assert "Elle ne contient pas ce qui a été enregistré depuis (n° 5)" in text
    assert 'value="Reprogrammer"' in page.content.decode()
    asked = client.post(desk.url("publish"), {"shown": shown(page), "at_once": "1", "note": "Mot"})
    text = words(asked)
    assert "La version n° 5" in text
    assert "contient le texte programmé, qui n’est pas encore public" in text
    assert "Il sera doté de douze millions." in text
    assert desk.url("fix") in asked.content.decode()
    assert ">Mot</textarea>" in asked.content.decode().replace("\n", "")
    assert "douze millions" not in desk.read()
    # Without an answer nothing happens either.
    again = client.post(desk.url("publish"), {"shown": shown(asked), "asked": "1"})
    assert "Dites ce que devient la publication programmée." in words(again)
    assert "douze millions" not in desk.read()


def test_passage_that_goes_and_bold_that_comes_are_told_too() -> None:
    """What is scheduled may take away, or change no word."""
    anne = editor_named("Anne")
    desk = Desk.of("article", published=True, text="<p>Un mot simple.</p>")
    desk.working.blocks.create(kind="text", text="<p>Une phrase à retirer.</p>", position=1)
    services.record_save(working=desk.working, by=anne)
    services.publish(working=desk.working, by=anne)
    desk.working.blocks.last().delete()
    desk.working.blocks.update(text="<p>Un mot <strong>simple</strong>.</p>")
    services.record_save(working=desk.working, by=anne)
    services.publish(working=desk.working, by=anne, at=timezone.now() + HOUR)
    desk.rewrite("Un chapô corrigé.", anne)
    client = signed_in(anne)
    page = client.get(desk.url("publish"))
    asked = client.post(desk.url("publish"), {"shown": shown(page), "at_once": "1"})
    html = asked.content.decode()
    assert "Une phrase à retirer.</del>" in html
    assert "<ins>**simple**.</ins>" in html
    assert "Un chapô corrigé." not in html
    services.publish_fix(working=desk.working, by=anne)
    assert "Un chapô corrigé." in desk.read()
    assert "Une phrase à retirer." in desk.read()
    assert "<strong>simple" not in desk.read()


@both
def test_emptied_date_is_publishing_at_once_and_is_asked_too(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    page = client.get(desk.url("publish"))
    asked = client.post(desk.url("publish"), {"shown": shown(page), "at": ""})
    assert "qui n’est pas encore public" in words(asked)
    assert "douze millions" not in desk.read()


def test_no_service_publishes_at_once_without_saying_what_becomes_of_the_schedule() -> None:
    article = ArticleFactory(scheduled=True)
    with pytest.raises(services.ScheduleUndecided):
        services.publish(working=article, by=None)
    assert article.publications.get().live_from > timezone.now()


@both
def test_schedule_is_dropped_when_that_is_said_and_history_tells_it(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    page = client.get(desk.url("publish"))
    asked = client.post(desk.url("publish"), {"shown": shown(page), "at_once": "1"})
    answer = {"shown": shown(asked), "asked": "1", "schedule": "drop", "note": "Feu vert"}
    client.post(desk.url("publish"), answer)
    assert "douze millions" in desk.read()
    assert not desk.working.publications.filter(live_from__gt=timezone.now()).exists()
    note = desk.working.versions.first().note
    assert note.startswith("Feu vert Programmation du ")
    assert note.endswith(" annulée.")


@both
def test_schedule_that_is_kept_comes_at_its_hour(kind: str) -> None:
    anne = editor_named("Anne")
    desk = embargoed(kind, anne)
    hour = intervals(desk)[-1][0]
    services.publish(working=desk.working, by=anne, schedule=Schedule.KEEP)
    assert standfirst_at(desk, hour - timedelta(seconds=1)).startswith(FIXED[:19])
    assert standfirst_at(desk, hour) == SCHEDULED
    assert_readers_get_something_at_every_moment(desk)


def test_answer_is_of_what_was_asked() -> None:
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk, client = embargoed("article", anne), signed_in(anne)
    page = client.get(desk.url("publish"))
    asked = client.post(desk.url("publish"), {"shown": shown(page), "at_once": "1"})
    desk.rewrite("Tout autre chose, de Paul.", paul)
    answer = {"shown": shown(asked), "asked": "1", "schedule": "drop", "note": "Un mot à garder"}
    told = client.post(desk.url("publish"), answer)
    assert "par Paul Exemple" in words(told)
    assert "Un mot à garder" in words(told)
    assert desk.working.publications.count() == 2
    # And if somebody unscheduled it, the page « Publier » says so.
    services.unschedule(working=desk.working, by=paul)
    told = client.post(desk.url("publish"), {**answer, "shown": shown(told)})
    assert "Programmation annulée" in words(told)
    assert "Un mot à garder" in told.content.decode()
    assert desk.working.publications.count() == 1


# --- The correction alone ---


@both
def test_correction_alone_is_read_at_once_and_the_rest_at_its_hour(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    hour = intervals(desk)[-1][0]
    page = client.get(desk.url("fix"))
    assert "douze millions" not in words(page)
    done = client.post(desk.url("fix"), {"shown": shown(page)}, follow=True)
    assert FIXED in desk.read()
    assert "douze millions" not in desk.read()
    assert standfirst_at(desk, hour) == SCHEDULED
    assert_readers_get_something_at_every_moment(desk)
    # The working copy is what it was, and the form says that what waits lacks the correction.
    desk.working.refresh_from_db()
    assert "douze millions" in desk.working.standfirst
    assert desk.working.status == Status.DRAFT
    assert "Elle ne contient pas non plus ce qui a été corrigé en ligne depuis." in words(done)
    history = words(client.get(desk.url("versions")))
    assert "N° 6 – Correction publiée seule" in history


def test_one_correction_after_the_other_is_published_alone() -> None:
    anne = editor_named("Anne")
    desk = embargoed("article", anne)
    services.publish_fix(working=desk.working, by=anne)
    desk.rewrite(CORRECTED.replace("aide", "soutient"), anne)
    services.publish_fix(working=desk.working, by=anne)
    assert FIXED.replace("aide", "soutient") in desk.read()
    assert "douze millions" not in desk.read()
    services.carry_fix(working=desk.working, by=anne)
    assert desk.will_read() == f"{FIXED} Il sera doté de douze millions.".replace(
        "aide", "soutient"
    )


@both
def test_correction_goes_into_what_waits_with_one_click(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    hour = intervals(desk)[-1][0]
    services.publish_fix(working=desk.working, by=anne)
    form = client.get(desk.url("change"))
    assert "Reporter la correction dans la version programmée" in words(form)
    client.post(desk.url("carry"), {"shown": shown(form)})
    assert standfirst_at(desk, hour) == f"{FIXED} Il sera doté de douze millions."
    assert intervals(desk)[-1][0] == hour
    assert FIXED in desk.read()
    assert "douze millions" not in desk.read()
    text = words(client.get(desk.url("change")))
    assert "ne contient pas" not in text


@both
def test_what_is_online_can_be_corrected_from_itself(kind: str) -> None:
    """The long way: where the portal cannot tell the correction from the rest."""
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    hour = intervals(desk)[-1][0]
    page = client.get(desk.url("take_up_online"))
    client.post(desk.url("take_up_online"), {"shown": shown(page)})
    desk.working.refresh_from_db()
    assert desk.working.standfirst == ONLINE
    assert standfirst_at(desk, hour) == SCHEDULED
    desk.rewrite(FIXED, anne)
    asked = client.post(
        desk.url("publish"), {"shown": shown(client.get(desk.url("publish"))), "at_once": "1"}
    )
    assert "ne reprend aucun passage de ce qui est programmé" in words(asked)
    answer = {"shown": shown(asked), "asked": "1", "schedule": "keep"}
    client.post(desk.url("publish"), answer)
    assert FIXED in desk.read()
    assert standfirst_at(desk, hour) == SCHEDULED
    # Then into what waits too, which is the working copy again.
    client.post(desk.url("carry"), {"shown": shown(client.get(desk.url("carry")))})
    assert standfirst_at(desk, hour) == f"{FIXED} Il sera doté de douze millions."
    desk.working.refresh_from_db()
    assert desk.working.standfirst == f"{FIXED} Il sera doté de douze millions."


def test_correction_that_cannot_be_told_apart_is_said() -> None:
    anne = editor_named("Anne")
    desk = Desk.of("article", standfirst=ONLINE, published=True)
    desk.rewrite(SCHEDULED, anne)
    services.publish(working=desk.working, by=anne, at=timezone.now() + HOUR)
    desk.rewrite(SCHEDULED.replace("douze", "treize"), anne)
    client = signed_in(anne)
    assert not desk.working.publications.filter(version__action="fixed").exists()
    back = client.get(desk.url("fix"), follow=True)
    assert "Il n’y a pas de correction à publier seule." in words(back)
    asked = client.post(desk.url("publish"), {"shown": shown(back), "at_once": "1"})
    assert desk.url("take_up_online") in asked.content.decode()
    with pytest.raises(ValidationError):
        services.publish_fix(working=desk.working, by=anne)


def test_correction_alone_is_of_what_was_shown() -> None:
    anne, paul = editor_named("Anne"), editor_named("Paul")
    desk, client = embargoed("article", anne), signed_in(anne)
    seen = shown(client.get(desk.url("fix")))
    desk.rewrite(CORRECTED.replace("aide", "soutient"), paul)
    told = client.post(desk.url("fix"), {"shown": seen, "note": "Un mot à garder"})
    assert "par Paul Exemple" in words(told)
    assert "Un mot à garder" in words(told)
    assert "ouvert, il aide" in desk.read()


def test_correction_that_takes_away_what_publication_requires_is_refused() -> None:
    anne = editor_named("Anne")
    desk = embargoed("article", anne)
    desk.working.themes.clear()
    desk.rewrite(CORRECTED, anne)
    before = desk.working.snapshot()
    with pytest.raises(ValidationError, match="Choisissez au moins une thématique"):
        services.publish_fix(working=desk.working, by=anne)
    desk.working.refresh_from_db()
    assert desk.working.snapshot() == before


def test_correction_alone_is_for_those_who_publish() -> None:
    desk = embargoed("article", editor_named("Anne"))
    client = signed_in(editor_named("Karim", group="Contribution"))
    for page in ("fix", "carry"):
        assert client.get(desk.url(page)).status_code == 403
        assert client.post(desk.url(page), {"shown": "1"}).status_code == 403


@both
def test_looking_moves_nothing(kind: str) -> None:
    anne = editor_named("Anne")
    desk = embargoed(kind, anne)
    services.publish_fix(working=desk.working, by=anne)
    before = (desk.working.versions.count(), intervals(desk))
    client = signed_in(anne)
    for page in ("publish", "fix", "carry", "take_up_online", "unschedule", "archive", "change"):
        assert client.get(desk.url(page)).status_code in (200, 302)
    assert (desk.working.versions.count(), intervals(desk)) == before


# --- What becomes of the schedule ---


@both
def test_archiving_says_that_what_is_scheduled_does_not_come(kind: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    page = client.get(desk.url("archive"))
    assert ": la version n° 4. Cela est annulé." in words(page)
    client.post(desk.url("archive"), {"shown": shown(page)})
    assert desk.read() == ""
    assert "annulée." in desk.working.versions.first().note


@both
@pytest.mark.parametrize("move", ["submit", "restore"])
def test_other_moves_leave_what_is_scheduled_and_say_so(kind: str, move: str) -> None:
    anne = editor_named("Anne")
    desk, client = embargoed(kind, anne), signed_in(anne)
    before = intervals(desk)
    if move == "submit":
        page = client.get(desk.url("submit"))
        assert "Cela ne change pas." in words(page)
        client.post(desk.url("submit"), {"shown": shown(page)})
    else:
        seen = shown(client.get(desk.url("versions")))
        first = desk.working.versions.last()
        page = client.post(desk.url("restore", first.pk), {"shown": seen}, follow=True)
        assert "ne change pas" in page.content.decode()
    assert intervals(desk) == before


def test_correction_that_was_published_alone_stays_when_the_schedule_goes() -> None:
    anne = editor_named("Anne")
    desk = embargoed("article", anne)
    services.publish_fix(working=desk.working, by=anne)
    services.unschedule(working=desk.working, by=anne)
    assert intervals(desk)[-1][1] is None
    assert FIXED in desk.read()


def test_day_of_a_first_publication_follows_its_schedule() -> None:
    article, today = ArticleFactory(published_on=None), timezone.localdate()
    services.publish(working=article, by=None, at=timezone.now() + timedelta(days=5))
    services.publish(working=article, by=None, at=timezone.now() + timedelta(days=3))
    article.refresh_from_db()
    assert article.published_on == today + timedelta(days=3)
    services.publish(working=article, by=None, schedule=Schedule.DROP)
    article.refresh_from_db()
    assert article.published_on == today
    other = ArticleFactory(published_on=None)
    services.publish(working=other, by=None, at=timezone.now() + timedelta(days=5))
    services.unschedule(working=other, by=editor_named("Anne"))
    other.refresh_from_db()
    assert other.published_on is None


# --- Events: calendars and letters ---


def test_calendars_count_on_when_a_correction_comes_before_what_is_scheduled() -> None:
    anne = editor_named("Anne")
    desk = embargoed("event", anne)
    sequences = [EventPublication.objects.live().get().sequence]
    hour = intervals(desk)[-1][0]
    services.publish_fix(working=desk.working, by=anne)
    sequences.append(EventPublication.objects.live().get().sequence)
    sequences.append(EventPublication.objects.live(hour).get().sequence)
    assert sequences == [0, 1, 2]


def test_people_are_told_of_a_scheduled_day_at_its_hour_despite_a_correction() -> None:
    anne = editor_named("Anne")
    event = EventFactory(open_to_all=True, published=True)
    place = place_at(event)
    event.starts_on += timedelta(days=7)
    event.save()
    services.record_save(working=event, by=anne)
    hour = timezone.now() + HOUR
    services.publish(working=event, by=anne, at=hour)
    event.venue, event.standfirst = "", "Corrigé."
    event.save()
    services.record_save(working=event, by=anne)
    services.publish_fix(working=event, by=anne)
    assert run().announced == 0
    assert run(now=hour + timedelta(minutes=1)).announced == 1
    place.refresh_from_db()
    assert place.announced_sequence == 2
