"""The agenda: what comes, what is past, by filter, by month; feeds and sitemap."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from events.models import EventSeries
from events.registrations.organisers import change_state
from publishing import services
from territories.models import Territory
from tests.factories import EventFactory, ThemeFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db

AGENDA = reverse("events:list")


def titles(query: str = "", client: Client | None = None) -> list[str]:
    page: Any = html.fromstring((client or Client()).get(AGENDA + query).content)
    found: list[str] = page.xpath("//li[contains(@class,'event-row')]//h3/a/text()")
    return found


def test_shows_what_comes_the_next_one_first() -> None:
    today = timezone.localdate()
    for days in (20, 3, 9):
        EventFactory(title=f"Dans {days}", starts_on=today + timedelta(days=days), published=True)
    EventFactory(title="Jadis", past=True, published=True)
    EventFactory(title="Brouillon")
    assert titles() == ["Dans 3", "Dans 9", "Dans 20"]
    assert titles("?quand=passes") == ["Jadis"]
    assert titles("?quand=tous") == ["Dans 20", "Dans 9", "Dans 3", "Jadis"]


def test_an_event_is_past_only_once_it_has_ended() -> None:
    today = timezone.localdate()
    event = EventFactory(
        title="En ce moment",
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
        published=True,
    )
    assert titles() == ["En ce moment"]
    assert titles("?quand=passes") == []
    assert "En cours" in Client().get(event.get_absolute_url()).content.decode()


def test_filters_narrow_and_wrong_values_give_nothing() -> None:
    theme = ThemeFactory(name="Culture de test")
    series = EventSeries.objects.get(slug="les-belles-rencontres-du-dla")
    EventFactory(title="Un", themes=[theme], published=True)
    EventFactory(title="Deux", series=series, published=True)

    assert titles(f"?theme={theme.slug}") == ["Un"]
    assert titles(f"?serie={series.slug}") == ["Deux"]
    assert titles("?forme=in_person") == []
    assert titles("?forme=online") == ["Un", "Deux"]
    for unknown in ("?annee=1999", "?theme=inconnu", "?quand=jamais", "?territoire=9"):
        assert titles(unknown) == [], unknown
    assert titles(f"?theme=inconnu&theme={theme.slug}") == ["Un"]
    assert titles("?theme=&page=zz&utm_source=lettre&vue=table") == ["Un", "Deux"]
    for wrong in ("?theme=%00", "?quand=jamais", "?page=zz", "?annee=x&vue=table", "?territoire=9"):
        assert Client().get(AGENDA + wrong).status_code == 200, wrong


def test_a_territory_finds_what_takes_place_in_it(geography: None) -> None:
    grenoble = Territory.objects.get(pk="commune-38185")
    EventFactory(title="Ici", format="in_person", commune=grenoble, published=True)
    EventFactory(
        title="Pour la région", territories=[Territory.objects.get(pk="region-84")], published=True
    )
    paris = Territory.objects.get(pk="commune-75056")
    EventFactory(title="Ailleurs", format="in_person", commune=paris, published=True)
    assert titles("?territoire=departement-38") == ["Ici", "Pour la région"]
    assert titles("?territoire=commune-69123") == ["Pour la région"]
    page = Client().get(reverse("territories:detail", args=["departement", "38"])).content.decode()
    assert "Ici" in page
    assert "Ailleurs" not in page


@pytest.fixture
def places(geography: None) -> None:
    """Makes events in Grenoble and Paris, and others that can be followed from anywhere."""
    grenoble, paris = (Territory.objects.get(pk=f"commune-{code}") for code in ("38185", "75056"))
    for title, values in {
        "À Grenoble": {"format": "in_person", "commune": grenoble},
        "À Paris": {"format": "in_person", "commune": paris},
        "À Paris et en ligne": {"format": "hybrid", "commune": paris},
        "En ligne": {"format": "online"},
        "En ligne, pour Paris": {"format": "online", "territories": [paris]},
        "En ligne, pour le réseau": {"format": "online", "audience": "network"},
    }.items():
        EventFactory(title=title, starts_on=date(2031, 5, 10), published=True, **values)


NEAR_GRENOBLE = {"À Grenoble", "À Paris et en ligne", "En ligne", "En ligne, pour Paris"}


@pytest.mark.parametrize(
    "asked", ["territoire=commune-38185", "territoire_q=grenoble", "territoire=region-84"]
)
def test_near_a_place_are_its_events_and_those_online(asked: str, places: None) -> None:
    assert set(titles(f"?{asked}")) == NEAR_GRENOBLE
    page: Any = html.fromstring(Client().get(f"{AGENDA}?{asked}").content)
    assert "en ligne compris" in page.xpath("string(//h2[contains(@class, 'result-line')])")
    told = [" ".join(e.text_content().split()) for e in page.xpath("//li//p[@class='eyebrow']")]
    assert sum("en ligne" in words.lower() for words in told) == 3, "each says that it is online"
    # The month, the feeds and the calendar answer the same.
    month = Client().get(f"{AGENDA}?vue=mois&{asked}").content.decode()
    assert "Mai 2031" in month
    calendar, rss = (
        Client().get(page.xpath(f"//div[contains(@class, 'follow')]//a[text()='{name}']/@href")[0])
        for name in ("agenda.ics", "RSS")
    )
    for text in (month, calendar.content.decode(), rss.content.decode()):
        unfolded = text.replace("\r\n ", "").replace("\\,", ",")
        for title in NEAR_GRENOBLE:
            assert title in unfolded
        assert "À Paris<" not in unfolded and "SUMMARY:À Paris\r" not in unfolded
        assert "pour le réseau" not in unfolded


def test_counts_of_territories_are_what_they_give(places: None) -> None:
    for query, extra in (("", set()), ("?territoire=commune-38185", {"commune-38185"})):
        facets = {
            facet.name: facet.options for facet in Client().get(AGENDA + query).context["facets"]
        }
        for option in facets["territoire"]:
            assert option.count == len(titles(f"?territoire={option.value}")), option.value
        offered = {option.value for option in facets["territoire"]}
        assert offered == {"region-11", "region-84"} | extra, "those with events of theirs"


def test_what_is_typed_may_mean_several_places_or_none(places: None) -> None:
    page: Any = html.fromstring(Client().get(f"{AGENDA}?territoire_q=gren").content)
    assert not page.xpath("//li[contains(@class, 'event-row')]")
    assert page.xpath("//a[contains(@href, 'territoire=commune-38185')]"), "one way is offered"
    answer = Client().get(f"{AGENDA}?territoire_q=nulle+part&theme=%00")
    assert answer.status_code == 200
    assert "nulle part" in answer.content.decode()


def month_shown(query: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(f"{AGENDA}?vue=mois{query}")
    return f"{answer.context['month'].first:%Y-%m}"


def test_months_open_on_the_next_that_holds_something(geography: None) -> None:
    today = timezone.localdate()
    assert month_shown("") == f"{today:%Y-%m}", "nothing comes: this month"
    theme = ThemeFactory()
    grenoble, paris = (Territory.objects.get(pk=f"commune-{code}") for code in ("38185", "75056"))
    for day, values in {
        date(2030, 2, 3): {"audience": "network"},
        date(2030, 4, 9): {"format": "in_person", "commune": grenoble},
        date(2030, 6, 1): {"format": "in_person", "commune": paris, "themes": [theme]},
    }.items():
        EventFactory(starts_on=day, published=True, **values)
    cancelled = EventFactory(starts_on=date(2029, 7, 1), published=True)
    change_state(event=cancelled, state="cancelled", note="Faute de salle.")
    EventFactory(starts_on=date(2020, 7, 1), published=True)
    assert month_shown("") == "2030-04"
    member = Client()
    member.force_login(UserFactory())
    assert month_shown("", member) == "2030-02"
    assert month_shown(f"&theme={theme.slug}") == "2030-06"
    assert month_shown("&territoire=departement-75") == "2030-06"
    assert month_shown("&mois=2030-05") == "2030-05", "what is asked is what is shown"

    page: Any = html.fromstring(Client().get(f"{AGENDA}?vue=mois&mois=2030-05").content)
    ahead = page.xpath("//p[@class='next-month']/a")[0]
    assert ahead.get("href") == f"{AGENDA}?vue=mois&mois=2030-04"
    assert "avril 2030" in ahead.text
    # Each month has its address, this one too; without one, filters open on their own next.
    this = page.xpath("//nav[@aria-label='Mois']/a[text()='Ce mois-ci']/@href")[0]
    assert this == f"{AGENDA}?vue=mois&mois={today:%Y-%m}"
    EventFactory(starts_on=today + timedelta(days=1), published=True)
    soon = today + timedelta(days=1)
    assert month_shown("") == f"{soon:%Y-%m}"


def test_days_are_written_with_their_spaces() -> None:
    EventFactory(starts_on=date(2031, 12, 14), published=True)
    page: Any = html.fromstring(Client().get(AGENDA).content)
    poster = page.xpath("//p[@class='poster']")[0].text_content()
    assert poster.split() == ["14", "décembre", "2031"]


def test_a_month_is_a_table_with_its_days() -> None:
    EventFactory(
        title="Deux jours",
        starts_on=date(2031, 3, 31),
        ends_on=date(2031, 4, 1),
        published=True,
    )
    page: Any = html.fromstring(Client().get(f"{AGENDA}?vue=mois&mois=2031-03").content)
    assert "Mars 2031" in page.xpath("string(//caption)")
    assert "1 événement" in page.xpath("string(//caption)")
    cells = page.xpath("//td[.//a]//time/@datetime")
    assert cells == ["2031-03-31", "2031-04-01"]
    assert page.xpath("//nav[@aria-label='Mois']/a/text()") == [
        "Février 2031",
        "Ce mois-ci",
        "Avril 2031",
    ]


@pytest.mark.parametrize("month", ["2031-13", "0000-01", "2031-3", "x", "99999-01", "%00", ""])
def test_a_month_that_does_not_exist_shows_none(month: str) -> None:
    EventFactory(title="Ce mois-ci", starts_on=timezone.localdate(), published=True)
    answer = Client().get(f"{AGENDA}?vue=mois&mois={month}")
    assert answer.status_code == 200
    assert answer.context["month"].first == timezone.localdate().replace(day=1)
    said = answer.content.decode()
    if month:
        assert "Nous ne connaissons pas le mois" in said and "Ce mois-ci</a>" not in said
    else:
        assert "Ce mois-ci</a>" in said, "no month is asked for"


def test_a_day_is_that_of_the_place() -> None:
    """At Papeete it is still the day before."""
    EventFactory(
        title="Le soir à Tahiti",
        time_zone="Pacific/Tahiti",
        starts_on=date(2031, 5, 10),
        starts_time=time(20),
        ends_time=time(22),
        published=True,
    )
    page: Any = html.fromstring(Client().get(f"{AGENDA}?vue=mois&mois=2031-05").content)
    assert page.xpath("//td[.//a]//time/@datetime") == ["2031-05-10"]


def test_the_state_is_said_before_all() -> None:
    event = EventFactory(title="Incertain", published=True)
    change_state(event=event, state="postponed", note="À l’automne.")
    page = Client().get(AGENDA).content.decode()
    assert "Reporté" in page
    assert "À l’automne." in page
    full = EventFactory(open=True, capacity=1, published=True)
    place_at(full)
    assert "Complet" in Client().get(full.get_absolute_url()).content.decode()


def test_costs_few_queries_however_many_events(django_assert_max_num_queries: Any) -> None:
    for _ in range(12):
        EventFactory(open=True, published=True)
    for address in (AGENDA, f"{AGENDA}?vue=mois", f"{AGENDA}?quand=tous"):
        with django_assert_max_num_queries(16):
            Client().get(address)
    for address in ("events:calendar", "events:rss"):
        with django_assert_max_num_queries(4):
            Client().get(reverse(address))


def test_feeds_carry_the_filters_and_keep_their_identity() -> None:
    theme = ThemeFactory(name="Culture de test")
    event = EventFactory(title="Un", themes=[theme], published=True)
    EventFactory(title="Deux", published=True)
    for name in ("events:rss", "events:atom"):
        feed = feedparser.parse(
            Client().get(f"{reverse(name)}?theme={theme.slug}").content.decode()
        )
        assert not feed.bozo
        (entry,) = feed.entries
        assert entry.title == "Un"
        assert entry.id == f"urn:uuid:{event.uid}"
        assert "10 h" in entry.summary.replace("\u00a0", " ")


def test_a_former_address_leads_to_the_present_one() -> None:
    event = EventFactory(slug="avant", published=True)
    event.slug = "apres"
    event.save()
    services.publish(working=event, by=None)
    answer = Client().get("/evenements/avant/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/evenements/apres/")


def test_what_is_published_changes_only_when_published_again(client: Client) -> None:
    event = EventFactory(title="Ce qui est en ligne", published=True)
    event.title = "Ce qui s’écrit"
    event.save()
    services.record_save(working=event, by=None)
    assert "Ce qui est en ligne" in client.get(event.get_absolute_url()).content.decode()
    services.restore(working=event, version=event.versions.last(), by=UserFactory())
    event.refresh_from_db()
    assert event.title == "Ce qui est en ligne"


def test_restoring_a_version_keeps_the_sessions_that_people_chose() -> None:
    event = EventFactory(open=True, sessions=[{"title": "Atelier"}], published=True)
    (key,) = (s["key"] for s in live(event).content["sessions"])
    event.sessions.update(title="Renommé")
    services.record_save(working=event, by=None)
    services.restore(working=event, version=event.versions.last(), by=UserFactory())
    assert event.sessions.get().key == key
    assert event.sessions.get().title == "Atelier"


def test_a_past_event_shows_what_it_left(client: Client) -> None:
    from tests.factories import ArticleFactory

    event = EventFactory(
        past=True,
        takeaways="<p>On s’est parlé.</p>",
        sessions=[{"title": "Atelier", "replay_url": "https://www.youtube.com/watch?v=abc123"}],
        published=True,
    )
    coming = EventFactory(takeaways="<p>Pas encore.</p>", published=True)
    article = ArticleFactory(title="Le récit", event=event, published=True)
    page = client.get(event.get_absolute_url()).content.decode()
    assert "On s’est parlé." in page
    assert "Le récit" in page
    assert "youtube-nocookie.com/embed/abc123" in page
    assert "<iframe" not in page  # behind a click
    assert "Pas encore." not in client.get(coming.get_absolute_url()).content.decode()
    assert event.title in client.get(article.get_absolute_url()).content.decode()


def test_publishing_tells_what_a_reader_would_trip_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts as an article's, and the links of the whole page but the meeting's own."""
    asked: list[str] = []

    def external(url: str) -> str:
        asked.append(url)
        return "le site ne répond pas" if "perdu" in url else ""

    monkeypatch.setattr("publishing.links._external", external)
    hidden = EventFactory(audience="network", published=True)
    event = EventFactory(
        online_url="https://visio.example/salle",
        registration_url="https://perdu.example/inscription",
        description=f'<h4>Trop bas</h4><p><a href="https://ici.example/">ici</a></p>'
        f'<p><a href="/evenements/{hidden.slug}/">L’autre</a></p>',
    )
    client.force_login(UserFactory(group="Équipe nationale"))
    page = reverse("admin:events_event_publish", args=[event.pk])
    told = client.get(page).content.decode()
    assert "un niveau est sauté" in told
    assert "ne dit pas où il mène" in told
    assert not asked
    told = client.post(page, {"check_links": "1"}).content.decode()
    assert "le site ne répond pas" in told
    assert "les visiteurs ne verraient pas cet événement du portail" in told
    assert sorted(asked) == ["https://ici.example/", "https://perdu.example/inscription"]
