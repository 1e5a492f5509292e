"""The markup of a picture: what a browser chooses from, what a screen reader says."""

from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.template import Context, Template
from lxml import html
from pytest_django import DjangoAssertNumQueries

from media.models import Image

NASTY = """l’"atelier" & <script>alert('x')</script>"""


@pytest.fixture
def image() -> Image:
    return Image(
        pk=1,
        title="Une photographie",
        file="images/2026/jeton.jpg",
        width=2400,
        height=1600,
        widths=[480, 960, 1600],
    )


def rendered(arguments: str = "", **context: Any) -> list[html.HtmlElement]:
    """Returns the elements that a browser chooses between; the `<img>` comes last."""
    template = Template("{% load pictures %}{% picture image " + arguments + " %}")
    fragment = html.fragment_fromstring(template.render(Context(context)))
    assert fragment.tag == "picture"
    return list(fragment.iterdescendants())


def test_offers_every_width_in_the_lightest_format_first(image: Image) -> None:
    avif, webp, img = rendered('sizes="50vw"', image=image)

    assert [avif.get("type"), webp.get("type")] == ["image/avif", "image/webp"]
    for element, extension in ((avif, "avif"), (webp, "webp"), (img, "jpg")):
        assert element.get("sizes") == "50vw"
        assert element.get("srcset").split(", ") == [
            f"/media/images/2026/jeton-{width}.{extension} {width}w" for width in image.widths
        ]
    assert img.get("src") == "/media/images/2026/jeton-960.jpg"


def test_says_its_size_so_that_nothing_jumps(image: Image) -> None:
    img = rendered(image=image)[-1]

    assert (img.get("width"), img.get("height")) == ("2400", "1600")
    assert "style" not in img.attrib


def test_is_decorative_without_alternative(image: Image) -> None:
    """The `alt` is there and empty: without it, screen readers spell the address."""
    assert rendered(image=image)[-1].attrib["alt"] == ""


def test_escapes_the_alternative(image: Image) -> None:
    elements = rendered("alt=alt", image=image, alt=NASTY)

    assert [each.tag for each in elements] == ["source", "source", "img"]
    assert elements[-1].get("alt") == NASTY
    assert " ".join(elements[-1].keys()) == "src srcset sizes width height alt loading decoding"


def test_only_the_main_picture_of_a_page_is_hurried(image: Image) -> None:
    lazy, eager = rendered(image=image)[-1], rendered('loading="eager"', image=image)[-1]

    assert (lazy.get("loading"), lazy.get("fetchpriority")) == ("lazy", None)
    assert (eager.get("loading"), eager.get("fetchpriority")) == ("eager", "high")


@pytest.mark.django_db
def test_asks_neither_the_database_nor_the_disk(
    image: Image,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for method in ("exists", "size", "path", "_open"):
        monkeypatch.delattr(FileSystemStorage, method)

    with django_assert_num_queries(0):
        assert rendered(image=image) is not None


@pytest.mark.parametrize(
    ("widths", "wanted", "given"),
    [
        ([480, 960, 1600], 480, 480),
        ([480, 960, 1600], 1200, 1600),
        ([480, 960, 1600], 3000, 1600),
        ([120], 480, 120),
    ],
)
def test_address_for_shared_links_is_wide_enough_and_read_by_all(
    image: Image, widths: list[int], wanted: int, given: int
) -> None:
    image.widths = widths

    assert image.url_for(wanted) == f"/media/images/2026/jeton-{given}.jpg"
