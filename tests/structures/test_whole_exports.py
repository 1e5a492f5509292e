"""A file that could not be read to its end is an error, not a shorter file."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.test import Client

from structures import exports
from tests.database.failing import AWAY

pytestmark = pytest.mark.django_db


def cut_short(records: exports.Records) -> Iterator[str]:
    yield "nom;sigle\n"
    raise OperationalError from AWAY["killed"]


def test_an_export_that_breaks_off_half_way_is_a_page_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "as_csv", cut_short)

    answer = Client(raise_request_exception=False).get(
        "/structures/export.csv", headers={"Accept": "text/html"}
    )

    assert answer.status_code == 503
    assert "Content-Disposition" not in answer
    assert "Revenez dans un instant" in answer.content.decode()


def test_an_export_tells_its_length(client: Client) -> None:
    """Whatever is cut between the portal and its reader is seen by any browser."""
    answer = client.get("/structures/export.csv")

    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content))  # type: ignore[attr-defined]  # a file
