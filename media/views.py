import logging
import sys
from functools import lru_cache
from typing import Any

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.http import require_safe
from whitenoise.base import WhiteNoise
from whitenoise.middleware import WhiteNoiseFileResponse

from media.cleaning.findings import out_of_room
from media.models import Document
from media.storage import NotStored

logger = logging.getLogger(__name__)
YEAR = 365 * 24 * 3600


@lru_cache
def _public(location: str, base_url: str) -> WhiteNoise:
    """Returns what serves the public files. It looks on the disk at each request, since files come
    and go."""
    found = WhiteNoise(None, autorefresh=True, max_age=YEAR, allow_all_origins=False)
    found.add_files(location, prefix=base_url)
    return found


@require_safe
def public_file(request: HttpRequest, path: str) -> WhiteNoiseFileResponse:
    """Answers with a picture, public under a name that cannot be guessed and that never changes,
    and with what static files have: ranges, answers to conditions. In production the server in
    front may hand them out itself (docs/operations.md)."""
    storage: Any = storages["default"]
    try:
        found = _public(storage.location, storage.base_url).find_file(storage.base_url + path)
        if found is None:
            raise Http404
        given = found.get_response(request.method, request.META)
    except OSError as error:  # it is gone meanwhile, or not to be read
        raise Http404 from error
    response = WhiteNoiseFileResponse(given.file or (), status=int(given.status))
    # The server gets most of them whole: a slow reader keeps no thread waiting.
    response.block_size = 1 << 20
    del response["Content-Type"]
    for name, value in given.headers:
        response[name] = value
    # Feed readers and webmails, which are other sites, show it.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def document_response(document: Document, *, is_shown: bool = False) -> FileResponse:
    """Answers with the file as a download, never read as a page. The caller has decided who may.
    `is_shown`: a PDF is left to the browser's viewer, unless it is told of that it holds more than
    it shows, as a signed one may hold scripts. Raises Http404 where it is gone, or hides something
    that nobody said is meant."""
    if document.is_held:
        raise Http404
    try:
        content = document.file.open("rb")
    except OSError as error:
        logger.exception("The file of document %s cannot be read", document.pk)
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=not (is_shown and document.extension == "pdf" and not document.hidden),
        filename=document.file_name,
        content_type=document.content_type,
    )
    response["Cache-Control"] = "private, no-cache"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers errors as Django does, but for a full disk that no form could tell of: the person did
    nothing wrong, and knows whom to tell (RFC 4918, section 11.5)."""
    error = sys.exception()
    if isinstance(error, NotStored) or (isinstance(error, OSError) and out_of_room(error)):
        return HttpResponse(render_to_string("507.html"), status=507)
    return defaults.server_error(request)
