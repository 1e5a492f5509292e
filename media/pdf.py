"""PDFs of pages, made from the same HTML as the pages. The library loads a system library (Pango):
where it is missing, whoever asks is told so, and the browser's own print gives the same sheet.

The library loads a system library (Pango): where it is missing, whoever asks is told so, and the
browser's own print gives the same sheet.
"""

from __future__ import annotations

from django.contrib.staticfiles import finders
from PIL import ImageFile


class NoPdf(Exception):
    """The machine lacks what makes PDFs."""


def pdf_of(html: str, *stylesheets: str) -> bytes:
    """Returns a PDF that is tagged for screen readers (PDF/UA-1), with our own static files as
    styles, named as in `{% static %}`, and the faces that these name. Nothing is fetched from
    elsewhere. Raises NoPdf."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except OSError as missing:
        raise NoPdf(str(missing)) from missing
    # The library sets it for the whole process as it loads: damaged uploads would be accepted.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    fonts = FontConfiguration()
    own_files = URLFetcher(allowed_protocols=["file"])
    styles = [
        CSS(filename=str(finders.find(name)), url_fetcher=own_files, font_config=fonts)
        for name in stylesheets
    ]
    # The page itself names no file.
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=[]))
    content: bytes = document.write_pdf(
        stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return content
