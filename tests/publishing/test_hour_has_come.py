"""The hour of what is scheduled comes while somebody reads a page that speaks of it: no version
tells, and what the page said of readers is no longer so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from publishing import services
from tests.publishing.desk import SCHEDULED, Desk, editor_named, embargoed, shown, signed_in, words

pytestmark = pytest.mark.django_db

both = pytest.mark.parametrize("kind", ["article", "event"])


def hour_comes(desk: Desk) -> None:
    """Makes the hour of the one that waits come; the one that was online ends there."""
    now = timezone.now()
    rows = desk.working.publications
    before, hour = rows.live(now).get(), now - timedelta(minutes=1)
    rows.filter(live_from__gt=now).update(live_from=hour)
    rows.filter(pk=before.pk).update(live_from=now - timedelta(days=1), live_until=hour)


@both
@pytest.mark.parametrize("schedule", ["keep", "drop", ""])
def test_publishing_at_once_is_asked_again(kind: str, schedule: str) -> None:
    desk = embargoed(kind, editor_named("Anne"))
    client = signed_in(editor_named("Paul"))
    page = client.post(desk.url("publish"), {"shown": shown(client.get(desk.url("publish")))})
    sent = {"asked": "1", "shown": shown(page), "schedule": schedule, "note": "Une virgule"}
    hour_comes(desk)
    told = client.post(desk.url("publish"), sent)
    assert "Plus rien n’est programmé" in words(told)
    assert "Une virgule" in told.content.decode()
    assert SCHEDULED in desk.read()


@both
def test_fix_alone_has_no_object(kind: str) -> None:
    desk = embargoed(kind, editor_named("Anne"))
    client = signed_in(editor_named("Paul"))
    page = client.get(desk.url("fix"))
    hour_comes(desk)
    told = client.post(desk.url("fix"), {"shown": shown(page)}, follow=True)
    assert told.request["PATH_INFO"] == desk.url("publish")
    assert SCHEDULED in desk.read()


def test_the_service_refuses_what_is_said_of_nothing() -> None:
    desk = Desk.of("article", published=True)
    desk.rewrite("Autre.", None)
    with pytest.raises(services.ScheduleUndecided):
        services.publish(working=desk.working, by=None, schedule=services.Schedule.KEEP)
