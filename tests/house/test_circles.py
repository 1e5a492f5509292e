"""No file needs, even through others, a file that needs it: each may be read, and understood, after
those that it imports.

What is read is the text of every module. An import counts wherever it stands, inside a function
too, and `apps.get_model` counts as the import of the file that defines the model. Imports for types
alone (`if TYPE_CHECKING:`) do not: nothing runs by them. Nor does the name of a model in a foreign
key, which is how Django declares a relation. A package counts when something is taken from itself,
not when one of its modules is.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# They run nothing of the portal. Migrations are imported by Django alone, and import no model.
LEFT_OUT = {"tests", "benchmarks", "migrations"}
Graph = dict[str, set[str]]
ModelHome = Callable[[str], str | None]


def home_of_model(label: str) -> str | None:
    """The module that defines the model `room.Name`; None for one of a library."""
    module = apps.get_model(label).__module__
    return module if (ROOT / module.split(".")[0]).is_dir() else None


def sources() -> dict[str, tuple[ast.Module, bool]]:
    """Returns by dotted name what the file says, and whether it is the package itself."""
    found = {}
    for room in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        for path in sorted(room.rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if LEFT_OUT & set(parts):
                continue
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            found[name] = ast.parse(path.read_text()), is_package
    return found


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below it that run: not those for types alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from statements(other)
        else:
            yield child
            yield from statements(child)


def imported_names(node: ast.AST, package: str) -> Iterator[str]:
    """Dotted names that the statement imports, absolute, the most precise first."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: -(node.level - 1) or None] if node.level else []
        start = ".".join([*above, *filter(None, [node.module])])
        yield from (f"{start}.{alias.name}" for alias in node.names)


def asked_model(node: ast.AST) -> str | None:
    """`room.Name` of `apps.get_model("room", "Name")` or `apps.get_model("room.Name")`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("get_model"):
        words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        return ".".join(map(str, words)) or None
    return None


def graph_of(
    modules: Mapping[str, tuple[ast.Module, bool]], home: ModelHome = home_of_model
) -> Graph:
    graph: Graph = {name: set() for name in modules}
    for name, (tree, is_package) in modules.items():
        package = name if is_package else name.rpartition(".")[0]
        for node in statements(tree):
            for target in imported_names(node, package):
                # `from package import name`: its module of that name, or else itself.
                for candidate in (target, target.rpartition(".")[0]):
                    if candidate in modules:
                        graph[name].add(candidate)
                        break
            if (label := asked_model(node)) and (defined_in := home(label)):
                graph[name].add(defined_in)
        graph[name].discard(name)
    return graph


def circles(graph: Graph) -> set[tuple[str, ...]]:
    """Returns each circle as large as it is: all the files that reach one another."""
    reached: Graph = {}
    for start in graph:
        seen: set[str] = set()
        left = [start]
        while left:
            new = graph.get(left.pop(), set()) - seen
            seen |= new
            left += new
        reached[start] = seen
    return {
        tuple(sorted({name, *(other for other in seen if name in reached.get(other, ()))}))
        for name, seen in reached.items()
        if name in seen
    }


def test_no_file_is_in_a_circle() -> None:
    assert circles(graph_of(sources())) == set()


@pytest.mark.parametrize(
    "way_back",
    [
        "from room.first import word",
        "import room.first",
        "from room import first",
        "from . import first",
        "from .first import word",
        "def later():\n    from room.first import word",
        "def later():\n    return apps.get_model('room', 'Word')",
        "def later():\n    return apps.get_model('room.Word')",
        "if TYPE_CHECKING:\n    pass\nelse:\n    from room.first import word",
    ],
)
def test_every_way_back_is_seen(way_back: str) -> None:
    found = circles(graph_of(_room(way_back), home=lambda label: "room.first"))

    assert found == {("room.first", "room.second")}


def test_a_way_round_through_others_is_seen() -> None:
    modules = _room("from room.third import word")
    modules["room.third"] = ast.parse("from room.first import word"), False

    assert circles(graph_of(modules)) == {("room.first", "room.second", "room.third")}


def test_what_is_for_types_alone_is_no_way_back() -> None:
    modules = _room("if TYPE_CHECKING:\n    from room.first import word")

    assert circles(graph_of(modules)) == set()


def _room(way_back: str) -> dict[str, tuple[ast.Module, bool]]:
    return {
        "room": (ast.parse(""), True),
        "room.first": (ast.parse("from room.second import word"), False),
        "room.second": (ast.parse(textwrap.dedent(way_back)), False),
    }
