"""A long page says what it holds, and nothing that it does not."""

from __future__ import annotations

from typing import Any

from django.template import Context, Template
from lxml import html


def rendered(body: str, argument: str = "", **known: Any) -> Any:
    source = f"{{% load page_parts %}}{{% in_this_page {argument} %}}{body}{{% endin_this_page %}}"
    return html.fromstring(f"<main>{Template(source).render(Context(known))}</main>")


def listed(page: Any) -> list[tuple[str, str]]:
    return [(link.get("href"), link.text_content()) for link in page.xpath("//nav//a")]


THREE = "<h2>Pour qui</h2><p>…</p><h2>Pour quoi</h2><p>…</p><h2>Combien</h2><p>…</p>"


def test_lists_titles_in_their_order_and_leads_to_them() -> None:
    page = rendered(THREE)
    assert listed(page) == [
        ("#pour-qui", "Pour qui"),
        ("#pour-quoi", "Pour quoi"),
        ("#combien", "Combien"),
    ]
    for address, title in listed(page):
        (heading,) = page.xpath(f"//*[@id='{address[1:]}']")
        assert heading.text == title
        assert heading.get("tabindex") == "-1"


def test_names_only_what_this_reader_has() -> None:
    body = THREE + "{% if user %}<h2 id='participants'>Participant·es</h2>{% endif %}"
    assert len(listed(rendered(body, user=True))) == 4
    assert "Participant" not in rendered(body, user=False).text_content()


def test_little_is_not_announced() -> None:
    page = rendered("<h2 id='a'>Un</h2><h2>Deux</h2>{% parts_here %}")
    assert not page.xpath("//nav")
    assert [heading.get("id") for heading in page.xpath("//h2")] == ["a", None]


def test_list_stands_where_it_is_wanted_and_is_of_what_follows() -> None:
    page = rendered("<h2>Votre DLA</h2>{% parts_here %}<div id='carte'></div>" + THREE)
    assert page.xpath("//nav/preceding-sibling::h2/text()") == ["Votre DLA"]
    assert page.xpath("//nav/following-sibling::*[1]/@id") == ["carte"]
    assert len(listed(page)) == 3


def test_addresses_are_kept_and_none_is_given_twice() -> None:
    page = rendered(
        '<h2 class="meta" id="ici">Ici</h2><h2>Ici</h2><h2>Ici</h2><h2>…</h2><p id="ici-2"></p>'
    )
    assert [address for address, _ in listed(page)] == ["#ici", "#ici-3", "#ici-4", "#partie"]


def test_words_of_titles_are_those_that_are_read() -> None:
    page = rendered(
        "<h2>{{ name }}</h2><h2>Les <em>uns</em>\n  et les autres</h2>"
        "<h2><a href='/x'>Lien</a></h2>"
        "<header>Pas un titre</header>",
        name="<script>alert(1)</script> & Cie",
    )
    assert [words for _, words in listed(page)] == [
        "<script>alert(1)</script> & Cie",
        "Les uns et les autres",
        "Lien",
    ]
    assert not page.xpath("//script")


def test_titles_of_another_level() -> None:
    body = "<h2>Régions</h2><h3 id='a'>Corse</h3><h3 id='b'>Bretagne</h3><h3 id='c'>Mayotte</h3>"
    assert [words for _, words in listed(rendered(body, '"h3"'))] == [
        "Corse",
        "Bretagne",
        "Mayotte",
    ]
