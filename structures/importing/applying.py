"""A batch of drafts becomes rows: decided first, then written, in one transaction of the caller's.

A cell that the file leaves blank empties nothing; consents are never touched; of several lines
about one structure the first one decides, so that the same file a second time changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.scope import Scope
from database import bulk_rows
from database.written import tell
from spelling.folding import same_name
from structures.importing.communes import Communes
from structures.importing.decisions import (
    BLANK,
    LABELS,
    NEW,
    NEW_SUPPORT,
    Decision,
    memory_of,
)
from structures.importing.drafts import Draft, Remark, SupportDraft
from structures.importing.matching import (
    FIELDS,
    SUPPORT_FIELDS,
    Ambiguous,
    Candidates,
    Record,
    SupportRecord,
)
from structures.models import ImportLine, ImportRun, Revision, Structure, Support
from structures.models.structure import FormerIdentity, name_keys, slug_of
from structures.nomenclature import Mode

Outcome = ImportLine.Outcome
# Lines that are not for the portal are told one by one up to so many; all are counted.
MOST_LEFT_OUT_TOLD = 10_000
NUMBERS = ("siret", "rna", "siren")
# These are copied beside, from the name and the commune.
PLACE_CODES = ("region_code", "department_code", "epci_code", "commune_code")
DERIVED = ("sort_key", "search_key", *PLACE_CODES)
ON_CREATION = ("id", "slug", "consent_id", "merged_into_id")
STAMPED = ("revision", "changed_at")
LINE_COLUMNS = (
    "run_id", "number", "outcome", "structure_id", "support_id", "made_structure", "made_support",
    "identity", "revision", "memory", "remarks",
)  # fmt: skip


class _Refused(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.remark: Remark = (column, reason)


class Batch:
    """A batch of lines. `reach` is where the person may write; None stands for everywhere."""

    def __init__(
        self, run: ImportRun, drafts: Sequence[Draft], communes: Communes, reach: Scope | None
    ) -> None:
        self.run, self.communes, self.reach = run, communes, reach
        self.candidates = Candidates(run, drafts, communes)
        self.decisions = [self._decide(draft) for draft in drafts]

    # --- Deciding --------------------------------------------------------------------------------

    def _decide(self, draft: Draft) -> Decision:
        if draft.is_refused:
            return Decision(draft, Outcome.REFUSED)
        if draft.is_left_out:
            return Decision(draft, Outcome.LEFT_OUT)
        try:
            return self._decided(draft)
        except Ambiguous as problem:
            draft.refuse("", str(problem))
        except _Refused as problem:
            draft.refuse(*problem.remark)
        return Decision(draft, Outcome.REFUSED)

    def _decided(self, draft: Draft) -> Decision:
        record, is_formerly = self.candidates.find(draft)
        identity = ""
        if record is None:
            if not draft.may_create:
                return Decision(draft.leave_out("", "pas dans le portail"), Outcome.LEFT_OUT)
            identity = self.candidates.identity(draft) if self.run.is_trial else ""
            if line := self.candidates.seen.get(identity):
                draft.remarks.append(("", f"même structure que la ligne {line}"))
                is_more = draft.support is not None
                return Decision(draft, Outcome.CREATED if is_more else Outcome.UNCHANGED)
        is_new = record is None
        if record is None:
            record = Record({**NEW})
        changes = self._changes(draft, record, is_new, is_formerly)
        self._check_reach(record, changes, is_new)
        decision = Decision(draft, Outcome.UNCHANGED, record, is_new)
        decision.identity = identity
        if draft.support is not None:
            self._decide_support(decision, draft.support, record)
        # From here on nothing refuses: what the next lines find is changed.
        if changes:
            decision.changes = changes
            if not is_new:
                decision.before = {name: record.values[name] for name in changes}
            record.values.update(changes)
        if is_new or changes:
            self.candidates.add(record)
        if record.line is None:
            record.line = draft.number
        self._take_support(decision, record)
        if is_new or decision.is_new_support:
            decision.outcome = Outcome.CREATED
        elif changes or decision.support_changes:
            decision.outcome = Outcome.UPDATED
        return decision

    def _changes(
        self, draft: Draft, record: Record, is_new: bool, is_formerly: bool
    ) -> dict[str, Any]:
        now = record.values
        if is_new:
            changes = {**draft.fills, **draft.values}
            for name in NUMBERS:
                if number := getattr(draft, name):
                    changes[name] = number
            self._check(draft, record, changes)
            return changes
        if is_formerly:
            # The file dates from before that number changed: what it says of the structure is no
            # longer so.
            draft.remarks.append(
                ("", f"ancien numéro de «\u00a0{now['name']}\u00a0», laissée telle quelle")
            )
            return {}
        changes = {}
        for name in NUMBERS:
            number = getattr(draft, name)
            if number and now[name] != number:
                changes[name] = number
        said_otherwise = []
        for name, value in draft.values.items():
            before = now[name]
            # A name that a person typeset is kept.
            if before == value or (name == "name" and same_name(before) == same_name(value)):
                continue
            if record.line is not None and before not in BLANK:
                said_otherwise.append(LABELS[name])
            else:
                changes[name] = value
        for name, value in draft.fills.items():
            if now[name] in BLANK and name not in changes:
                changes[name] = value
        if record.line is not None:
            for name in NUMBERS:
                if name in changes and now[name]:
                    del changes[name]
                    said_otherwise.append(name)
        if said_otherwise:
            draft.remarks.append(
                (
                    ", ".join(said_otherwise),
                    f"dit autrement à la ligne {record.line}, qui est gardée",
                )
            )
        self._check(draft, record, changes)
        return changes

    def _check(self, draft: Draft, record: Record, changes: dict[str, Any]) -> None:
        """Refuses, in words, what the database would refuse."""
        after = {**record.values, **changes}
        if "siret" in changes:
            changes["siren"] = after["siren"] = changes["siret"][:9]
            if draft.siren and draft.siren != after["siren"]:
                raise _Refused("siren", "le Siren n’est pas le début du Siret")
        if after["siret"] and after["siren"] != after["siret"][:9]:
            raise _Refused(
                "siren", f"le Siren ne va pas avec le Siret {after['siret']} de la fiche"
            )
        if not after["name"]:
            raise _Refused("name", "nom manquant\u00a0: cette structure n’est pas encore connue")
        created, closed = after["created_on"], after["closed_on"]
        if created and closed and closed < created:
            for name in ("created_on", "closed_on"):
                changes.pop(name, None)
            draft.remarks.append(
                ("date", "la fermeture précède la création\u00a0: dates laissées de côté")
            )

    def _check_reach(self, record: Record, changes: dict[str, Any], is_new: bool) -> None:
        if self.reach is None or self.reach.whole_country:
            return
        places = {changes.get("commune_id", record.values["commune_id"])}
        if not is_new:
            places.add(record.values["commune_id"])
        for place in places:
            if place is None:
                raise _Refused(
                    "commune", "commune manquante\u00a0: vous importez dans vos territoires"
                )
            if not self.reach.holds(self.communes.territory(place)):
                raise _Refused("commune", "hors de vos territoires")

    # --- Supports --------------------------------------------------------------------------------

    def _decide_support(self, decision: Decision, said: SupportDraft, record: Record) -> None:
        reference = said.values.get("reference")
        known = self.candidates.by_reference.get(reference) if reference else None
        if known is not None:
            owner, support = known
            if owner is not record:
                raise _Refused(
                    "reference", f"la référence {reference} est celle d’une autre structure"
                )
        else:
            support = self._same_support(said, record) or SupportRecord({**NEW_SUPPORT})
        decision.support = support
        decision.is_new_support = support.pk is None and support.line is None
        changes: dict[str, Any] = {}
        said_otherwise = []
        for name, value in said.values.items():
            before = support.values[name]
            if before == value:
                continue
            if support.line is not None and before not in BLANK:
                said_otherwise.append(LABELS[name])
            else:
                changes[name] = value
        if said.themes is not None and said.themes != support.themes:
            if support.line is not None and support.themes:
                said_otherwise.append(LABELS["themes"])
            else:
                changes["themes"] = said.themes
        if said_otherwise:
            decision.draft.remarks.append(
                (
                    ", ".join(said_otherwise),
                    f"même accompagnement qu’à la ligne {support.line}, qui est gardée\u00a0: "
                    "donnez une référence ou un objet pour les distinguer",
                )
            )
        self._check_support({**support.values, **changes})
        decision.support_changes = changes

    def _same_support(self, said: SupportDraft, record: Record) -> SupportRecord | None:
        """Finds the same support by its year, its operator and its title, as far as the file says
        them."""
        wanted = said.values
        same = [
            support
            for support in record.supports
            if support.values["year"] == wanted["year"]
            and (
                "operator_id" not in wanted
                or support.values["operator_id"] == wanted["operator_id"]
            )
            and (
                "title" not in wanted
                or same_name(support.values["title"]) == same_name(wanted["title"])
            )
            and not ("reference" in wanted and support.values["reference"])
        ]
        if len(same) > 1:
            raise _Refused(
                "year",
                f"cette structure a {len(same)} accompagnements en {wanted['year']}\u00a0: donnez "
                "la référence ou l’objet de celui-ci",
            )
        return same[0] if same else None

    def _check_support(self, after: dict[str, Any]) -> None:
        for first, last in (("planned_start", "planned_end"), ("started_on", "ended_on")):
            if after[first] and after[last] and after[last] < after[first]:
                raise _Refused(LABELS[last], "la fin précède le début")
        if after["group"] and after["mode"] != Mode.COLLECTIVE:
            raise _Refused(LABELS["group"], "une action collective va avec le mode collectif")
        if (after["jobs"] is None) != (after["jobs_definition"] == ""):
            raise _Refused(LABELS["jobs"], "un nombre d’emplois se donne avec sa définition")

    def _take_support(self, decision: Decision, record: Record) -> None:
        support, changes = decision.support, decision.support_changes
        if support is None or changes is None:
            return
        decision.support_before = {
            name: support.themes if name == "themes" else support.values[name] for name in changes
        }
        for name, value in changes.items():
            if name == "themes":
                support.themes = value
            else:
                support.values[name] = value
        if support.line is None:
            support.line = decision.draft.number
        if decision.is_new_support:
            record.supports.append(support)
            if reference := support.values["reference"]:
                self.candidates.by_reference[reference] = record, support

    # --- Writing ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Writes all rows of the batch, in the caller's transaction, which holds the revision's
        lock."""
        if self.run.is_trial:
            self._write_lines(0)
            return
        made = [d for d in self.decisions if d.is_new]
        changed = [d for d in self.decisions if d.changes and not d.is_new]
        supports = [d for d in self.decisions if d.support_changes]
        revision = Revision.take() if made or changed or supports else 0
        self._create(made, revision)
        self._update(changed, revision)
        written = [d.record.pk for d in (*made, *changed) if d.record is not None]
        tell(Structure, written)
        self._write_supports(supports, revision)
        self._write_lines(revision)

    def _create(self, made: list[Decision], revision: int) -> None:
        if not made:
            return
        now = timezone.now()
        slugs = self._slugs(made)
        rows = []
        for decision, pk, slug in zip(
            made, bulk_rows.keys(Structure, len(made)), slugs, strict=True
        ):
            record = decision.record
            assert record is not None
            record.pk = pk
            cells = [record.values[name] for name in FIELDS]
            rows.append((*cells, *self._derived(record), pk, slug, None, None, revision, now))
        bulk_rows.insert(Structure, (*FIELDS, *DERIVED, *ON_CREATION, *STAMPED), rows)

    def _slugs(self, made: list[Decision]) -> list[str]:
        slugs = []
        for decision in made:
            assert decision.record is not None
            values = decision.record.values
            unique = values["rna"] or values["siret"] or values["siren"] or secrets.token_hex(4)
            slugs.append(slug_of(values["name"], unique))
        taken = set(
            Structure.objects.order_by().filter(slug__in=slugs).values_list("slug", flat=True)
        )
        for place, slug in enumerate(slugs):
            if slug in taken:
                slugs[place] = f"{slug}-{secrets.token_hex(3)}"
            taken.add(slugs[place])
        return slugs

    def _derived(self, record: Record) -> tuple[str, ...]:
        values = record.values
        codes = self.communes.codes(values["commune_id"])
        return *name_keys(values["name"], values["short_name"]), *(
            codes[name] for name in PLACE_CODES
        )

    def _update(self, changed: list[Decision], revision: int) -> None:
        now = timezone.now()
        rows: dict[int, tuple[Any, ...]] = {}
        former: list[tuple[Decision, FormerIdentity]] = []
        for decision in changed:
            record, before = decision.record, decision.before
            assert record is not None and before is not None
            assert record.pk is not None
            rows[record.pk] = (
                *(record.values[name] for name in FIELDS),
                *self._derived(record),
                revision, now, record.pk,
            )  # fmt: skip
            if "name" in before or any(before.get(name) for name in ("siret", "rna")):
                was = {**record.values, **before}
                former.append(
                    (
                        decision,
                        FormerIdentity(
                            structure_id=record.pk,
                            name=was["name"],
                            siret=was["siret"] or "",
                            rna=was["rna"] or "",
                        ),
                    )
                )
        if rows:
            bulk_rows.update(Structure, (*FIELDS, *DERIVED, *STAMPED), rows.values())
        FormerIdentity.objects.bulk_create([identity for _, identity in former])
        for decision, identity in former:
            decision.former = identity.pk

    def _write_supports(self, decisions: list[Decision], revision: int) -> None:
        through = Support.themes.through
        made: list[tuple[SupportRecord, Support]] = []
        for decision in decisions:
            record, support = decision.record, decision.support
            assert record is not None and support is not None
            if decision.is_new_support:
                assert record.pk is not None
                row = Support(structure_id=record.pk, revision=revision, **support.values)
                made.append((support, row))
        Support.objects.bulk_create([row for _, row in made])
        for support, row in made:
            support.pk = row.pk
        created = {id(support) for support, _ in made}
        links = [(row.pk, support.themes) for support, row in made]
        for decision in decisions:
            support, changes = decision.support, decision.support_changes
            if support is None or not changes or id(support) in created:
                continue
            values = {name: support.values[name] for name in SUPPORT_FIELDS if name in changes}
            assert support.pk is not None
            Support.objects.filter(pk=support.pk).update(revision=revision, **values)
            if "themes" in changes:
                through.objects.filter(support_id=support.pk).delete()
                links.append((support.pk, support.themes))
        through.objects.bulk_create(
            [
                through(support_id=pk, theme_id=theme)
                for pk, themes in links
                for theme in sorted(themes)
            ]
        )

    def _write_lines(self, revision: int) -> None:
        rows = []
        room = MOST_LEFT_OUT_TOLD - self.run.left_out
        for decision in self.decisions:
            if decision.outcome == Outcome.LEFT_OUT:
                room -= 1
                if room < 0:
                    continue
            draft, record, support = decision.draft, decision.record, decision.support
            rows.append(
                (
                    self.run.pk,
                    draft.number,
                    decision.outcome.value,
                    record.pk if record else None,
                    support.pk if support else None,
                    decision.is_new and not self.run.is_trial,
                    decision.is_new_support and not self.run.is_trial,
                    decision.identity[:255],
                    revision,
                    _as_json(memory_of(decision)),
                    _as_json(draft.remarks),
                )
            )
        bulk_rows.insert(ImportLine, LINE_COLUMNS, rows)


def _as_json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False) if value else None
