from typing import Any

import pytest

from tests.pages.demonstration import make_demonstration, public_addresses


@pytest.fixture
def public_pages(db: None, geography: None, settings: Any) -> list[str]:
    """The address of every public page of the demonstration, which is made."""
    settings.DEMO = True
    make_demonstration()
    return public_addresses()
