"""PDF of pages, from the same HTML as they are.

The library loads a system library (Pango): where it is missing, whoever asks is told so, and the
browser's own print gives the same sheet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders


class NoPdf(Exception):
    """The machine lacks what makes PDFs."""


def pdf_of(html: str, *stylesheets: str) -> bytes:
    """Tagged for screen readers (PDF/UA-1). Nothing is fetched: styles and faces are our own static
    files, named as in `{% static %}`."""
    try:
        from weasyprint import CSS, HTML
    except OSError as missing:
        raise NoPdf(str(missing)) from missing
    files = [finders.find(name) for name in stylesheets]
    styles = [CSS(filename=str(file), url_fetcher=_own_file) for file in files]
    document = HTML(string=html, url_fetcher=_own_file)
    content: bytes = document.write_pdf(stylesheets=styles, pdf_variant="pdf/ua-1")
    return content


def _own_file(url: str, *args: Any, **options: Any) -> dict[str, Any]:
    path = Path(url.removeprefix("file://")).resolve()
    own = finders.find("css/sheet.css")
    assert isinstance(own, str)
    if not url.startswith("file://") or not path.is_relative_to(Path(own).resolve().parents[1]):
        raise ValueError(f"Nothing is fetched for a PDF: {url}")
    return {"string": path.read_bytes()}
