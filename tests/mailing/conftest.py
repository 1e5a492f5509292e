from collections.abc import Iterator
from typing import Any

import pytest

from tests.mailing.smtp_sink import Sink


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The portal's mail server."""
    with Sink() as server:
        settings.EMAIL_BACKEND = "mailing.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
