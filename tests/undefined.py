"""Makes a template that shows an undefined variable fail, in the portal's own templates.

Django renders an undefined variable as `string_if_invalid`, after asking whether it contains
"%s"; an object that says yes is then asked for `value % name`, which is where this one raises.
Templates of Django and of libraries lean on the silence, so they keep it.
"""

import sys
from types import FrameType
from typing import Any

from django.conf import settings
from django.template.base import Node


class UndefinedTemplateVariable(AssertionError):
    pass


class Undefined(str):
    def __contains__(self, text: object) -> bool:
        return text == "%s" or super().__contains__(text)  # type: ignore[operator]  # str takes strings only; object is object's signature

    def __mod__(self, variable: Any) -> str:
        template = _template_being_rendered()
        if template is None or not template.startswith(f"{settings.BASE_DIR}/"):
            return ""
        relative = template.removeprefix(f"{settings.BASE_DIR}/")
        if relative.startswith(".venv/"):
            return ""
        raise UndefinedTemplateVariable(f"{{{{ {variable} }}}} is undefined in {relative}")

    def __bool__(self) -> bool:
        return True  # Django looks at the contents only of a true value


def _template_being_rendered() -> str | None:
    """The file of the nearest template node on the call stack, whatever includes or extends it."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back
    return None
