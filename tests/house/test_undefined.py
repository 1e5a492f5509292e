"""The tests' own net: a template that shows what no view gave must not pass unseen."""

import pytest
from django.conf import settings
from django.template import Context, Engine, Origin, Template

from tests.undefined import UndefinedTemplateVariable


def _template(source: str, path: str) -> Template:
    return Template(source, origin=Origin(name=path), engine=Engine.get_default())


@pytest.mark.parametrize(
    "source", ["{{ missing }}", "{{ missing.part }}", "{{ missing|default:'x' }}"]
)
def test_undefined_variable_in_a_template_of_ours_fails(source: str) -> None:
    template = _template(source, f"{settings.BASE_DIR}/templates/example.html")

    with pytest.raises(UndefinedTemplateVariable, match=r"example\.html"):
        template.render(Context())


def test_undefined_variable_in_a_template_of_a_library_is_empty() -> None:
    template = _template("[{{ missing }}]", "/elsewhere/django/contrib/admin/base.html")

    assert template.render(Context()) == "[]"


def test_condition_on_an_undefined_variable_is_false() -> None:
    template = _template("{% if missing %}yes{% else %}no{% endif %}", "/elsewhere/x.html")

    assert template.render(Context()) == "no"
