"""Every public page in a browser, on the demonstration's content."""

import pytest

from tests.browser import NewPage, Viewport, axe_violations, each_scheme, overflow

pytestmark = pytest.mark.xdist_group("public pages in a browser")


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_every_page_is_accessible_and_fits(
    new_page: NewPage, public_pages: list[str], viewport: Viewport
) -> None:
    page = new_page(viewport)
    found: dict[str, list[str]] = {}
    for address in public_pages:
        page.goto(address)
        for scheme in each_scheme(page):
            for problem in axe_violations(page):
                found.setdefault(problem, []).append(f"{address}, {scheme}")
            if pixels := overflow(page):
                found.setdefault(f"{pixels} px wider than the window", []).append(address)

    assert not found, "\n".join(f"{problem}\n  on {on}" for problem, on in found.items())
