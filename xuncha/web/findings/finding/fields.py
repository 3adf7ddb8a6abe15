"""The form of a finding field by field, as its template draws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuncha.findings.actions.checking import LONGEST
from xuncha.rulebook import queries as rulebook
from xuncha.web.findings.finding import form as forms
from xuncha.web.findings.finding import wording
from xuncha.web.findings.finding.form import FindingForm
from xuncha.web.rounds.wording import round_name

Choice = tuple[str, str]


@dataclass(frozen=True)
class Piece:
    """One fact or measure in its box; ``name`` is its name in the form."""

    name: str
    text: str
    anchor: str
    fault: str = ""


@dataclass(frozen=True)
class Field:
    """One field: ``kind`` is text, long, date, select, choices or pieces."""

    name: str
    label: str
    kind: str
    value: Any
    fault: str = ""
    hint: str = ""
    width: str = ""
    rows: int = 3
    longest: int = 0
    is_quoted: bool = False
    is_needed: bool = False
    choices: Sequence[tuple[str, Sequence[Choice]]] = ()
    pieces: Sequence[Piece] = field(default_factory=tuple)

    @property
    def is_short(self) -> bool:
        """Whether two of its kind stand beside each other."""
        return self.kind == "choices" or self.width in ("w-8", "w-16")

    @property
    def anchor(self) -> str:
        """The id of its control."""
        return f"field-{self.name}"


@dataclass(frozen=True)
class Group:
    """Fields that stand together under a heading."""

    title: str
    note: str
    fields: Sequence[Field]


def groups(
    form: FindingForm, *, units: Sequence[Any] | None, rounds: Sequence[Any] = (), is_issued: bool
) -> list[Group]:
    """The whole form; ``units`` null: the unit is fixed."""
    words = [
        _long(form, "statement", rows=5, is_quoted=True, is_needed=True),
        _text(form, "heading", "", is_quoted=True),
    ]
    words.append(_pieces(form, "facts", _("Each fact by itself: whom, when, how much.")))
    whose = []
    if rounds:
        named = [(str(round.pk), round_name(round)) for round in rounds]
        whose.append(_select(form, "round_id", named, is_needed=True))
    if units is not None:
        named = [(str(unit.pk), unit.name) for unit in units]
        hint = _("Another unit means a new number; the old one is not given again.") if not rounds else ""
        whose.append(_select(form, "unit_id", named, empty=_("Joint, addressed to several"), hint=hint))
    said = [
        Group(_("Statement and facts"), _("as they were or will be fed back"), [*whose, *words]),
        Group(_("Category and nature"), _("what the office says of it"), list(_classes(form))),
        Group(
            _("As stated in the paper"), _("kept for the plan; empty where the paper says nothing"), list(_stated(form))
        ),
    ]
    if is_issued:
        hint = _("Needed if the words are changed: they were fed back already. It goes into the history.")
        reason = Field(
            "reason",
            wording.field_word("reason"),
            "text",
            form.typed.get("reason", ""),
            form.faults.get("reason", ""),
            hint,
            longest=LONGEST["reason"],
        )
        said.append(Group(_("Why it is corrected"), "", [reason]))
    return said


def _classes(form: FindingForm) -> Iterable[Field]:
    schemes = list(rulebook.active_schemes())
    for scheme in schemes:
        name = "category_id" if scheme.is_leading else f"{forms.CODE}{scheme.pk}"
        reasons = "category_reasons" if scheme.is_leading else f"{forms.CODE_REASONS}{scheme.pk}"
        if name not in form.typed:
            continue
        label = wording.field_word("category_id") if scheme.is_leading else wording.said(scheme)
        held = form.base.get(name, "")
        by_heading: dict[str, list[Choice]] = {}
        for category in rulebook.categories(scheme, with_retired=True):
            if category.retired_on is None or str(category.pk) == held:
                by_heading.setdefault(category.group, []).append((str(category.pk), wording.said(category)))
        yield Field(
            name,
            label,
            "select",
            form.typed[name],
            form.faults.get(name, ""),
            choices=[("", [("", pgettext("category", "None yet"))]), *by_heading.items()],
        )
        yield _text(
            form,
            reasons,
            "w-32",
            label=_("Reason: %(scheme)s") % {"scheme": label},
            hint=_("The words that speak for it, parted by commas."),
            longest=LONGEST["category_reasons"],
        )
    for name in forms.FACETS:
        known = [(str(code), str(word)) for code, word in wording.CHOICES[name].items()]
        yield _choices(form, name, [("", _("Not said")), *known])
    yield _choices(form, "immediate", [("no", _("No")), ("yes", _("Yes"))])


def _stated(form: FindingForm) -> Iterable[Field]:
    for name, width in (("stated_leader", "w-16"), ("department", "w-16"), ("person", "w-16")):
        yield _text(form, name, width)
    yield Field(
        "stated_due",
        wording.field_word("stated_due"),
        "text",
        form.typed["stated_due"],
        form.faults.get("stated_due", ""),
        _("Year-month-day, such as 2026-11-26."),
        width="w-8",
    )
    for name, width in (("due_words", "w-16"), ("stated_status", "w-16"), ("stated_number", "w-16")):
        yield _text(form, name, width)
    yield _pieces(form, "measures", "")
    for name in forms.LONG:
        yield _long(form, name, rows=3)


def _text(form: FindingForm, name: str, width: str, **more: Any) -> Field:
    more.setdefault("label", wording.field_word(name))
    more.setdefault("longest", LONGEST.get(name, 0))
    return Field(name=name, kind="text", value=form.typed[name], fault=form.faults.get(name, ""), width=width, **more)


def _long(form: FindingForm, name: str, **more: Any) -> Field:
    return Field(
        name,
        wording.field_word(name),
        "long",
        form.typed[name],
        form.faults.get(name, ""),
        longest=LONGEST[name],
        **more,
    )


def _select(form: FindingForm, name: str, known: Sequence[Choice], empty: str = "", **more: Any) -> Field:
    return Field(
        name,
        wording.field_word(name),
        "select",
        form.typed[name],
        form.faults.get(name, ""),
        choices=[("", [("", empty), *known])],
        **more,
    )


def _choices(form: FindingForm, name: str, known: Sequence[Choice]) -> Field:
    return Field(
        name, wording.field_word(name), "choices", form.typed[name], form.faults.get(name, ""), choices=[("", known)]
    )


def _pieces(form: FindingForm, name: str, hint: str) -> Field:
    pieces = [
        Piece(
            f"{name}-{piece['key']}",
            piece["text"],
            f"field-{name}-{place}",
            form.faults.get(f"{name}.{place}", ""),
        )
        for place, piece in enumerate(form.typed[name])
    ]
    return Field(
        name,
        wording.field_word(name),
        "pieces",
        "",
        form.faults.get(name, ""),
        hint,
        longest=LONGEST[name],
        pieces=pieces,
    )
