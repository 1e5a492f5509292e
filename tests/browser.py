"""Tests in a real browser: Debian's Chromium driven by Playwright against the live server.

    def test_menu_opens_by_keyboard(new_page):
        page = new_page("phone")
        page.goto(reverse("pages:home"))
        ...
        axe(page)

Whatever the test looks at, it fails at its end if a page wrote an error to the console (which is
how Chromium reports a breach of the Content-Security-Policy), raised an exception, or asked
anything of another host.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import chromium

ColorScheme = Literal["light", "dark"]
Viewport = Literal["phone", "tablet", "wide"]
VIEWPORTS: dict[Viewport, tuple[int, int]] = {
    "phone": (360, 740),
    "tablet": (768, 1024),
    "wide": (1280, 900),
}
PATIENCE_MILLISECONDS = 10_000
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# What passed is neither detailed nor brought back, nor are style sheets asked for again, which no
# rule in force reads. Colours are judged where transitions end.
RUN_AXE = """async within => {
    for (const animation of document.getAnimations()) {
        if (animation instanceof CSSTransition) animation.finish();
    }
    const options = { resultTypes: ["violations"], preload: false };
    if (window.axeRules) options.runOnly = { type: "rule", values: window.axeRules };
    const found = await axe.run(within ?? document, options);
    return found.violations;
}"""
# The rules of axe-core whose answer depends on colours.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]


@dataclass
class Watch:
    """What pages did that they should not have."""

    origin: str
    allowed: list[re.Pattern[str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._read_console)
        context.on("weberror", lambda error: self._note(f"exception: {error.error}"))
        context.on("request", lambda request: self._read_request(request.url))

    def _is_elsewhere(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and not url.startswith(self.origin + "/")

    def _read_request(self, url: str) -> None:
        if self._is_elsewhere(url):
            self._note(f"request to another host: {url}")

    def _read_console(self, message: ConsoleMessage) -> None:
        # What a test evaluates in the page (axe-core) has no address.
        if message.type in ("error", "assert") and message.location.get("url"):
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _note(self, problem: str) -> None:
        if not any(pattern.search(problem) for pattern in self.allowed):
            self.problems.append(problem)


class NewPage(Protocol):
    def __call__(
        self,
        viewport: Viewport | tuple[int, int] = "wide",
        *,
        user: User | None = None,
        color_scheme: ColorScheme = "light",
        javascript: bool = True,
        **context_options: Any,
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a test process."""
    executable = chromium.path()
    if executable is None:
        pytest.skip("no Chromium here: `make test` installs it")
    # Playwright's synchronous interface keeps an event loop in this thread, which Django takes for
    # asynchronous code that must not touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watch(live_server: LiveServer) -> Iterator[Watch]:
    watch = Watch(live_server.url)
    yield watch
    if watch.problems:
        pytest.fail("In the browser:\n  " + "\n  ".join(watch.problems), pytrace=False)


@pytest.fixture
def allow_problem(watch: Watch) -> Callable[[str], None]:
    """`allow_problem("404")`: what the test provokes on purpose, as a regular expression."""
    return lambda pattern: watch.allowed.append(re.compile(pattern))


@pytest.fixture
def new_page(browser: Browser, live_server: LiveServer, watch: Watch) -> Iterator[NewPage]:
    """Opens pages, each in a context of its own, as a visitor or signed in as `user`.

    Addresses are relative to the live server: `page.goto(reverse("pages:home"))`.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        viewport: Viewport | tuple[int, int] = "wide",
        *,
        user: User | None = None,
        color_scheme: ColorScheme = "light",
        javascript: bool = True,
        **context_options: Any,
    ) -> Page:
        width, height = VIEWPORTS[viewport] if isinstance(viewport, str) else viewport
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            java_script_enabled=javascript,
            locale="fr-FR",
            timezone_id=settings.TIME_ZONE,
            reduced_motion="reduce",
            **context_options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        watch.follow(context)
        if user is not None:
            _sign_in(context, user, live_server.url)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def _sign_in(context: BrowserContext, user: User, url: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


@pytest.fixture
def visitor_page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def staff_page(new_page: NewPage) -> Callable[[User], Page]:
    """`staff_page(user)`: a wide page signed in as that user."""
    return lambda user: new_page(user=user)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window, once its style sheets are there."""
    page.wait_for_load_state("load")
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(width, 0)


def each_scheme(page: Page) -> Iterator[ColorScheme]:
    """The page as it stands, in one colour scheme then in the other.

    As when the system goes dark at nightfall. What a page loads does not depend on the scheme, and
    loading it is what takes time; nor does anything but its colours, which `axe` then looks at
    alone. Of several pages, every other one is loaded in the dark.
    """
    first, second = reversed(SCHEMES) if page.evaluate(IS_DARK) else SCHEMES
    yield first
    page.emulate_media(color_scheme=second)
    page.evaluate("rules => window.axeRules = rules", COLOUR_RULES)
    yield second
    page.evaluate("window.axeRules = undefined")


def axe(page: Page, within: str | None = None) -> None:
    """Asserts that axe-core finds nothing to say about the page, or about one part of it."""
    __tracebackhide__ = True
    if violations := axe_violations(page, within):
        scheme = "dark" if page.evaluate(IS_DARK) else "light"
        pytest.fail(f"axe-core on {page.url}, {scheme}:\n" + "\n".join(violations))


def axe_violations(page: Page, within: str | None = None) -> list[str]:
    """What axe-core says, a paragraph a rule: for a test that looks at several pages first."""
    page.wait_for_load_state()  # a link that was just clicked may still be arriving
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate(RUN_AXE, within)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(
            f"    {' '.join(map(str, node['target']))}\n      {node['html'][:200]}\n      "
            + node["failureSummary"].replace("\n", "\n      ")
            for node in violation["nodes"]
        )
        for violation in violations
    ]
