"""From a snapshot to what readers get: each room says how for its own kind of content.

It renders what its pages show, which a working copy knows nothing of: so the rooms declare it once
they are all ready (`AppConfig.ready`), and `Publishable.freeze` asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Maker = Callable[[Any, Mapping[str, Any]], Any]

_makers: dict[type[Any], Maker] = {}


def declare_publication(model: type[Any], make: Maker) -> None:
    """`make`: given a working copy and a snapshot of it, an unsaved publication."""
    _makers[model] = make


def frozen(working: Any, data: Mapping[str, Any]) -> Any:
    """Raises KeyError for a kind of content of which no room has said how."""
    return _makers[type(working)](working, data)
