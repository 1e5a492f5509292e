"""Takes the two pictures of the README from the demonstration: `make pictures`.

    python -m tests.pictures

A portal is made as `make run` makes one, with a database and files that are thrown away, and read
by Debian's Chromium. The same code on the same day gives the same pictures. Another day may not:
the demonstration has supports until today, and events before and after it.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
SCREEN = {"width": 1280, "height": 1024}
QUALITY = 90
HEAVIEST = 120_000  # bytes
START_SECONDS = 300
SCROLL_TO = "part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 32)"
PILOT = "pilote-ara@demo.example"


@contextmanager
def demonstration() -> Iterator[str]:
    """Yields the address of a portal that holds the demonstration and nothing else."""
    with (
        TemporaryDirectory(prefix="portal-pictures-") as scratch,
        socket.socket() as probe,
        Path(scratch, "log").open("w+") as log,
    ):
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{scratch}/portal.sqlite3",
            "MEDIA_ROOT": f"{scratch}/media",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": "for-pictures-only-" + "0123456789" * 5,
            "DEBUG": "false",
            "DEMO": "true",
        }
        server = subprocess.Popen(
            [sys.executable, "-m", "dla_portal.serve", f"--port={port}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_ready(server, port, Path(log.name))
            yield environment["SITE_URL"]
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The portal did not start:\n{log.read_text()}")
        time.sleep(0.5)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/compte/connexion/")
    page.locator("input[name=login]").fill(email)
    # Made by the first demonstration of this machine, the same for all of its accounts.
    page.locator("input[name=password]").fill((ROOT / "var" / "demo_password").read_text().strip())
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("/")


def take(page: Page, name: str) -> None:
    """Writes what the window shows as docs/pictures/NAME.webp.

    Raises RuntimeError where the picture would weigh more than `HEAVIEST`.
    """
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    written = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB").save(
        written, "WEBP", quality=QUALITY, method=6
    )
    if len(written.getvalue()) > HEAVIEST:
        raise RuntimeError(f"{name}: {len(written.getvalue())} bytes, of {HEAVIEST} at most")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(written.getvalue())
    print(f"docs/pictures/{name}.webp, {len(written.getvalue()) // 1000} ko")


def main() -> None:
    executable = chromium.path()
    if executable is None:
        sys.exit("Il manque Chromium\u202f: make system l’installe.")
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        page = browser.new_page(
            base_url=url,
            viewport=SCREEN,  # type: ignore[arg-type]  # a TypedDict of the same two keys
            color_scheme="light",
            reduced_motion="reduce",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        page.goto("/")
        take(page, "home")

        sign_in(page, PILOT)
        page.goto("/pilotage/")
        # Past the heading: filters, figures, years and the map are what the room is for.
        page.locator("summary", has_text="Filtrer").first.evaluate(SCROLL_TO)
        take(page, "pilot-room")
        browser.close()


if __name__ == "__main__":
    main()
