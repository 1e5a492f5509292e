"""The security headers of every answer, whatever made it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class SecurityHeaders(CSPMiddleware):
    """Outermost: errors, redirects, static files and pictures pass here as pages do.

    Values are those of the settings. A view that needs another sets it on its own response, and
    is left alone: nothing is sent twice. Only what the server refuses before Django reads it
    (a malformed request) has none.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        # A browser keeps a page's headers anew from a 304: only files are ever answered so.
        if kind != "text/html" or response.status_code == HTTPStatus.NOT_MODIFIED:
            policy = settings.POLICY_OF_FILES
            if kind not in settings.SHOWN_BY_VIEWERS:
                policy += "; sandbox"
            response.headers.setdefault(HEADER, policy)
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return super().process_response(request, response)
