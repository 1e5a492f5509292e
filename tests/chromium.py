"""Where this machine's Chromium is, and how it is started."""

import shutil

# Nothing here needs the network; without these Chromium still tries to reach its maker.
ARGUMENTS = [
    "--no-sandbox",  # refused to root, which continuous integration is; only our own pages are read
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Other hosts are out of reach. Not by routes of Playwright's: each request would pass through
    # this process, and nothing would stay in the browser's cache from one page to the next.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def path() -> str | None:
    """The path of this machine's Chromium, if it has one.

    The one without windows first: it opens a page in a new context for a quarter of the work.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)
