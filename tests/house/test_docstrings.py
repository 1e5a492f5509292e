"""A public function that raises says so: whoever calls it learns there what to expect."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# What these raise is said by their name: Django calls them, and answers for it.
VALIDATING = ("clean", "validate", "to_python")
# Whoever meets these has found a fault of ours.
FAULTS = {"AssertionError", "NotImplementedError"}


def silent(source: str) -> Iterator[tuple[str, set[str]]]:
    """Yields each public function and method of a module with the exceptions that it raises and its
    docstring does not name."""
    for name, function in _public(ast.parse(source)):
        docstring = ast.get_docstring(function) or ""
        if unsaid := {error for error in _raised(function) if error not in docstring}:
            yield name, unsaid


def _public(
    parent: ast.Module | ast.ClassDef, above: str = ""
) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{above}{node.name}.")
            else:
                yield above + node.name, node


def _raised(function: ast.FunctionDef) -> set[str]:
    """Returns the names of the exceptions that the function itself makes. What a library declares
    that it raises there is left out: views answer 404 and 403, forms refuse values, commands end
    with an error."""
    arguments = {argument.arg for argument in function.args.args}
    expected = set(FAULTS)
    if "request" in arguments:
        expected |= {"Http404", "PermissionDenied"}
    if function.name.startswith(VALIDATING):
        expected.add("ValidationError")
    if function.name == "handle":
        expected.add("CommandError")
    names = set()
    for node in _own(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            names.add(ast.unparse(error).rpartition(".")[2])
    return {name for name in names if name[0].isupper()} - expected


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yields the nodes of a function, without those of functions that stand within it, and without
    what is tried: what is raised there is caught."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        yield node
        tried = node.body if isinstance(node, ast.Try) and node.handlers else []
        waiting += [child for child in ast.iter_child_nodes(node) if child not in tried]


def _modules() -> list[str]:
    """Returns the modules of the portal. Migrations, and what they read, tell what was."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [
        name
        for name in listed.split("\0")
        if name
        and not name.startswith("tests/")
        and "/migrations/" not in name
        and name != "spelling/frozen.py"
        and (ROOT / name).is_file()
    ]


@pytest.mark.parametrize("room", sorted({name.partition("/")[0] for name in _modules()}))
def test_public_functions_that_raise_say_so(room: str) -> None:
    missing = {
        f"{name}: {function}": sorted(errors)
        for name in _modules()
        if name.partition("/")[0] == room
        for function, errors in silent((ROOT / name).read_text(encoding="utf-8"))
    }
    assert missing == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    raise KeyError", {"KeyError"}),
        ("class A:\n    def f(self):\n        raise errors.Refused('no')", {"Refused"}),
        ('def f():\n    """Raises KeyError."""\n    raise KeyError', set()),
        ("def _f():\n    raise KeyError", set()),
        ("def f():\n    try: g()\n    except E as error:\n        raise error", set()),
        ("def f():\n    try:\n        raise KeyError\n    except KeyError:\n        pass", set()),
        ("def f():\n    def inner():\n        raise KeyError", set()),
        ("def page(request):\n    raise Http404", set()),
        ("def find(key):\n    raise Http404", {"Http404"}),
        ("def clean(self):\n    raise forms.ValidationError('no')", set()),
    ],
)
def test_the_test_sees_what_is_not_said(source: str, expected: set[str]) -> None:
    assert {error for _, errors in silent(source) for error in errors} == expected
