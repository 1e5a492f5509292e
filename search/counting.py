"""Counts what answers a question, whole, by the lines that filters read (`search.facets`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from publishing.kinds import Kind, declared
from search.facets import Lines
from search.models import Entry
from search.questions import Node
from search.storage import counted_by_weight, matching
from search.writing import public_shelf, shelf


def lines_of(node: Node, user: Any) -> Lines:
    """Returns how many entries this person finds, by kind and line."""
    entries = Entry.objects.visible_to(user)
    lines: dict[tuple[str, str], int] = {}
    for kind in declared():
        if not kind.weight_tells_line:
            continue
        beyond = kind.beyond(user)
        if beyond is not None and not kind.finds_all(user):
            continue  # whose territories these are, only each entry says
        first, after = public_shelf(kind.name) if beyond is None else shelf(kind.name)
        lines |= _by_weight(kind, node, first, after)
        start, end = shelf(kind.name)
        entries = entries.exclude(pk__gte=start, pk__lt=end)
    counted = matching(entries, node).order_by().values_list("kind", "facets")
    for kind_name, line, count in counted.annotate(Count("pk")):
        lines[kind_name, line] = count
    return lines


def _by_weight(kind: Kind, node: Node, first: int, after: int) -> Lines:
    """Counts without reading an entry but one of each weight: hundreds of thousands of structures
    lie in a hundred departments."""
    counts = dict(counted_by_weight(node, first, after))
    written = Entry.objects.filter(pk__in=list(counts)).values_list("pk", "facets")
    lines: dict[tuple[str, str], int] = {}
    for mark, line in written:
        key = (kind.name, line)
        lines[key] = lines.get(key, 0) + counts[mark]
    return lines
