"""Static files keep working under the names that a release gives them."""

import re
from pathlib import Path

from django.conf import settings

RELATIVE_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']\.{0,2}/""")


def test_no_module_imports_another_by_its_address() -> None:
    """Addresses carry a hash of the content in production: modules are named in the import map."""
    scripts = (Path(settings.BASE_DIR) / "static").rglob("*.js")
    assert [str(s) for s in scripts if RELATIVE_IMPORT.search(s.read_text(encoding="utf-8"))] == []
