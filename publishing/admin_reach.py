"""What keeps every page of the admin within the reach of whoever is signed in: forms accept, and
pages name, no more than that. `pages.admin_site` mixes it into every class that is registered,
today's and those to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter, RelatedFieldListFilter
from django.contrib.admin.utils import NestedObjects, quote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import PermissionDenied
from django.db import router
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from publishing.choosing import (
    RESERVED,
    choices_and_held,
    choices_of,
    is_open_list,
    key_of,
    label_of,
    named,
)

# --- Forms ---


class Page:
    """What one page asks, of one person: each model's rule is built once, and asked once about all
    the rows that a formset points at."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._readable: dict[type[Model], QuerySet[Any]] = {}
        self._mine: dict[type[Model], QuerySet[Any]] = {}
        self._known: dict[type[Model], dict[Any, bool]] = {}

    def within(self, model: type[Model], keys: Iterable[Any]) -> set[Any]:
        """Returns the keys that the person may point at."""
        known = self._known.setdefault(model, {})
        if unknown := {key for key in keys if key not in known}:
            if model not in self._mine:
                mine = choices_of(model._default_manager.all(), self.user)
                self._mine[model] = mine.order_by()
            found = self._mine[model].filter(pk__in=unknown).values_list("pk", flat=True)
            known.update(dict.fromkeys(unknown, False) | dict.fromkeys(found, True))
        return {key for key in keys if known[key]}

    def readable(self, rows: Any) -> QuerySet[Any]:
        """Returns the same rows, with the words that the person may read of them."""
        if not hasattr(rows, "with_readable_words"):
            return rows
        model = rows.model
        if model not in self._readable:
            self._readable[model] = model._default_manager.with_readable_words(self.user)
        readable: QuerySet[Any] = self._readable[model]
        return (
            readable.filter(pk__in=rows.order_by().values("pk")) if rows.query.where else readable
        )


def page_of(request: Any) -> Page:
    """Returns one for all the forms of a request."""
    if not hasattr(request, "page_within_reach"):
        request.page_within_reach = Page(request.user)
    page: Page = request.page_within_reach
    return page


def keep_within_reach(form: Any, page: Page) -> None:
    """Narrows every choice of a form to what the person may point at.

    What was chosen already, by somebody with more rights, stays: it is neither lost nor in the way
    when others save, nor named to them. Of a single choice, an option without its title stands for
    it; several are put back beside what is chosen, unseen.
    """
    for name, field in _choices(form):
        rows: Any = field.queryset
        held = _held(form, name)
        unseen = held - page.within(rows.model, held)
        if _is_typed(field):
            # It shows and takes what is chosen, not all that there is.
            asked = held | _keys(rows.model, _given(form, name))
            keys = page.within(rows.model, asked)
            if not isinstance(field, forms.ModelMultipleChoiceField):
                keys |= unseen
            field.queryset = page.readable(rows).filter(pk__in=keys)
            _show_keys_alone(field, rows.model)
        elif unseen and not isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = choices_and_held(rows, page.user, next(iter(unseen)))
        else:
            field.queryset = choices_of(rows, page.user)
        if unseen and isinstance(field, forms.ModelMultipleChoiceField):
            _put_back(form, name, field, unseen)
        labelled: Any = partial(_label, words=field.label_from_instance, unseen=unseen)
        field.label_from_instance = labelled


def _choices(form: Any) -> list[tuple[str, Any]]:
    """Returns choices among rows that are not everybody's."""
    return [
        (name, field)
        for name, field in form.fields.items()
        if isinstance(field, forms.ModelChoiceField)
        and field.queryset is not None
        and not is_open_list(field.queryset.model)
    ]


def _label(row: Any, *, words: Callable[[Any], str], unseen: set[Any]) -> str:
    return RESERVED if row.pk in unseen else label_of(row, words)


def _is_typed(field: Any) -> bool:
    return isinstance(getattr(field.widget, "widget", field.widget), AutocompleteMixin)


def _held(form: Any, name: str) -> set[Any]:
    """Returns the keys that the row holds, as the database has it."""
    instance: Model | None = getattr(form, "instance", None)
    if instance is None or instance.pk is None:
        return set()
    columns = [*instance._meta.concrete_fields, *instance._meta.many_to_many]
    column: Any = next((column for column in columns if column.name == name), None)
    if column is None:
        return set()
    if column.many_to_many:
        return {row.pk for row in getattr(instance, name).all()}
    return {getattr(instance, column.attname)} - {None}


def _given(form: Any, name: str) -> list[Any]:
    """Returns what is posted, or what the page begins with."""
    if form.is_bound:
        posted = form.add_prefix(name)
        several = hasattr(form.data, "getlist")
        return form.data.getlist(posted) if several else [form.data.get(posted)]
    value = form.get_initial_for_field(form.fields[name], name)
    return list(value) if isinstance(value, list | tuple | set | QuerySet) else [value]


def _keys(model: type[Model], values: Iterable[Any]) -> set[Any]:
    """Returns keys as the database has them; what cannot be a key is left to the field, which
    refuses it."""
    found = (key_of(model, getattr(value, "pk", value)) for value in values)
    return {key for key in found if key not in (None, "")}


def _show_keys_alone(field: Any, model: type[Model]) -> None:
    """Makes the widget show keys alone: it asks the database about whatever was sent, which may be
    no key of any row."""
    prepare = field.prepare_value

    def prepared(value: Any) -> Any:
        shown = prepare(value)
        if isinstance(shown, list | tuple):
            return [one for one in shown if key_of(model, one) is not None]
        return None if key_of(model, shown) is None else shown

    field.prepare_value = prepared


def _put_back(form: Any, name: str, field: Any, unseen: set[Any]) -> None:
    kept = list(field.queryset.model._default_manager.filter(pk__in=unseen))
    held = getattr(form.instance, name).all()
    form.initial[name] = [row for row in held if row.pk not in unseen]
    field.required = False
    clean = field.clean

    def with_kept(value: Any) -> list[Any]:
        return [*clean(value), *kept]

    field.clean = with_kept


class FormWithinReach:
    """A mixin of the form of a page."""

    page: Page

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_within_reach(self, self.page)


class FormSetWithinReach:
    """A mixin that does the same for the rows of a page, before the columns that the formset itself
    adds: these point at the rows and at what they belong to."""

    page: Page
    _asked = False

    def add_fields(self, form: Any, index: int | None) -> None:
        if not self._asked:
            self._asked = True
            self._ask(form)
        keep_within_reach(form, self.page)
        super().add_fields(form, index)  # type: ignore[misc]  # a formset's

    def _ask(self, form: Any) -> None:
        """Asks about all rows at once, what they hold and what is posted."""
        formset: Any = self
        for name, field in _choices(form):
            keys: set[Any] = set()
            for row in formset.get_queryset():
                keys |= _held(_Row(row), name)
            if formset.is_bound:
                start, end = f"{formset.prefix}-", f"-{name}"
                # Django makes a plain dictionary of a post without a field.
                for posted, values in formset.data.lists() if formset.data else ():
                    if posted.startswith(start) and posted.endswith(end):
                        keys |= _keys(field.queryset.model, values)
            self.page.within(field.queryset.model, keys)


@dataclass(frozen=True)
class _Row:
    instance: Model


def within_reach(base: type[Any], mixin: type[Any], page: Page) -> type[Any]:
    return type(base.__name__, (mixin, base), {"page": page, "__module__": base.__module__})


# --- Suggestions, and what lists are narrowed by ---


class RelatedWithinReach(RelatedFieldListFilter):
    """A filter beside a list: it offers what the person may point at, of what is not for
    everybody."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        model = field.related_model
        if is_open_list(model):
            return super().field_choices(field, request, model_admin)
        rows = choices_of(model._default_manager.all(), request.user)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return [(row.pk, label_of(row)) for row in (rows.order_by(*ordering) if ordering else rows)]


FieldListFilter.register(lambda field: bool(field.remote_field), RelatedWithinReach, True)


class SuggestionsWithinReach(AutocompleteJsonView):
    """Suggests what a form accepts, as one types: rows are found by the words that are told, and by
    no other."""

    def process_request(self, request: HttpRequest) -> Any:
        """Answers for a field that a form shows, not the other end of somebody's: that one offers
        nothing."""
        found = super().process_request(request)
        if not hasattr(found[2], "get_limit_choices_to"):
            raise PermissionDenied
        return found

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = choices_of(self.model_admin.model._default_manager.all(), self.request.user)
        if hasattr(rows, "matching"):
            rows = rows.complex_filter(self.source_field.get_limit_choices_to())
            found: QuerySet[Any] = rows.matching(self.term)
            return found
        return choices_of(super().get_queryset(), self.request.user)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": label_of(obj)}


# --- What several contents share ---


class SharedAdmin(admin.ModelAdmin[Any]):
    """The admin of pictures, documents and speakers (`publishing.sharing`): each person finds those
    within their reach, and renames those that no page of others shows."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        seen: QuerySet[Any] = rows.visible_to(request.user)
        return seen

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self._holds("visible_to", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and self._holds("changeable_by", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and self._holds("changeable_by", request, obj)

    def _holds(self, rule: str, request: HttpRequest, obj: Any) -> bool:
        if obj is None or obj.pk is None:
            return True
        rows: Any = self.model._default_manager.filter(pk=obj.pk)
        return bool(getattr(rows, rule)(request.user).exists())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


# --- What the pages name ---


class WithinReach(admin.ModelAdmin[Any]):
    """A mixin over every class that is registered."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        base = super().get_form(request, obj, change=change, **kwargs)
        return within_reach(base, FormWithinReach, page_of(request))

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        for base, inline in super().get_formsets_with_inlines(request, obj):
            yield within_reach(base, FormSetWithinReach, page_of(request)), inline

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        base = super().get_changelist_formset(request, **kwargs)
        return within_reach(base, FormSetWithinReach, page_of(request))


class NamedWithinReach(admin.ModelAdmin[Any]):
    """A mixin under every class that is registered: one that says itself what goes is listened
    to."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Returns what the admin's own returns, but that what stands in the way, or goes too, is
        named to those alone who may read it; rows that have no page of their own are counted, not
        named."""
        rows = list(objs)
        if not rows:
            return [], {}, set(), []
        collector = NestedObjects(using=router.db_for_write(type(rows[0])), origin=objs)
        collector.collect(objs)
        perms_needed: set[str] = set()
        found = {
            *collector.protected,
            *(row for same in collector.model_objs.values() for row in same),
        }
        line = self._teller(request, found, {(type(row), row.pk) for row in rows}, perms_needed)
        to_delete = collector.nested(line)
        protected = list(dict.fromkeys(line(row) for row in collector.protected))
        models: Any = collector.model_objs.items()
        counts = {model._meta.verbose_name_plural: len(same) for model, same in models}
        return to_delete, counts, perms_needed, protected

    def _teller(
        self, request: HttpRequest, rows: set[Any], chosen: set[Any], perms_needed: set[str]
    ) -> Callable[[Any], str]:
        site = self.admin_site
        by_model: dict[type[Model], list[Any]] = {}
        for row in rows:
            by_model.setdefault(type(row), []).append(row.pk)
        opened: dict[type[Model], set[Any]] = {}
        names: dict[type[Model], dict[Any, str]] = {}
        for model, keys in by_model.items():
            if site.is_registered(model):
                mine = site.get_model_admin(model).get_queryset(request).filter(pk__in=keys)
                opened[model] = set(mine.values_list("pk", flat=True))
                names[model] = named(model, keys, request.user)

        def line(row: Any) -> str:
            model, opts = type(row), row._meta
            label = capfirst(str(opts.verbose_name))
            if not site.is_registered(model):
                return label
            if not site.get_model_admin(model).has_delete_permission(request, row):
                perms_needed.add(str(opts.verbose_name))
            if (model, row.pk) not in chosen and row.pk not in opened[model]:
                return f"{label}\u00a0: {names[model].get(row.pk, RESERVED)}"
            name = f"{site.name}:{opts.app_label}_{opts.model_name}_change"
            try:
                url = reverse(name, args=[quote(row.pk)])
            except NoReverseMatch:
                return f"{label}\u00a0: {row}"
            return format_html('{}\u00a0: <a href="{}">{}</a>', label, url, row)

        return line
