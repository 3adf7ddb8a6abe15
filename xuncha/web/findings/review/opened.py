"""The draft in hand: what was read, why, what it could become, and the form that is open in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xuncha.findings.queries import review
from xuncha.findings.splitting import Place, joint_at, looks_like_two, places, suggested
from xuncha.findings.workflow import Nature, Origin, Severity
from xuncha.web.findings.review import choices
from xuncha.web.findings.review.forms import EditForm
from xuncha.web.findings.review.rows import category_name

_NUMBER = re.compile(r"\d[\d.,]*[%％]?")


@dataclass
class OutcomeView:
    """One of the two findings of a split, as shown."""

    label: str
    statement: str
    facts: list[SafeString]
    category: str
    reasons: list[str]

    @property
    def because(self) -> str:
        return because(self.reasons)


@dataclass
class SplitView:
    """The split that stands to choose: both findings, and all places at which it could be cut.

    ``pieces`` hold (words, place behind them or empty, whether that one is chosen).
    """

    place: str
    outcomes: list[OutcomeView]
    pieces: list[list[tuple[str, str, bool]]] = field(default_factory=list)


@dataclass
class ConflictView:
    """Two versions of a draft: ``seen`` and ``theirs`` as (label, words), ``mine`` what was typed; ``again`` the
    fields to send once more."""

    who: str
    when: Any
    lines: list[tuple[str, str, str, str]]
    again: list[tuple[str, str]]
    url: str
    wanted: str


@dataclass
class Opened:
    """All that the unfolded line shows. ``form`` names the form open in it; empty: none."""

    draft: Any
    kind: str
    doubt: str = ""
    why: str = ""
    sure_percent: int = 100
    facts: list[SafeString] = field(default_factory=list)
    category: str = ""
    reasons: list[str] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    facets: list[str] = field(default_factory=list)
    stated: list[tuple[str, str]] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    seen_at: list[tuple[str, str]] = field(default_factory=list)
    is_joint: bool = False
    split: SplitView | None = None
    may_split: bool = False
    may_merge: bool = False
    may_accept: bool = True
    is_empty_group: bool = False
    form: str = ""
    edit: EditForm | None = None
    conflict: ConflictView | None = None
    schemes: list[Any] = field(default_factory=list)
    addressees: choices.UnitChoices | None = None
    section: int = 0
    sure_in_section: int = 0

    @property
    def because(self) -> str:
        return because(self.reasons)

    @property
    def has_stated(self) -> bool:
        """Whether the paper states more than the problem."""
        return bool(self.stated or self.measures)

    @property
    def facet_fields(self) -> list[tuple[str, str, Sequence[tuple[str, Any]], str]]:
        """Facets to choose in the edit form: name, label, (code, word), value."""
        form = self.edit or EditForm()
        return [
            ("nature", _("Nature"), Nature.choices, form.nature),
            ("origin", _("Origin"), Origin.choices, form.origin),
            ("severity", _("Severity"), Severity.choices, form.severity),
        ]

    @property
    def stated_fields(self) -> list[tuple[str, str, str, str]]:
        """What the paper states, in the edit form: name, label, value, fault."""
        form = self.edit or EditForm()
        names = ("who", "due") if self.kind == "requirement" else ("leader", "department", "person", "due", "status")
        labels = stated_labels()
        return [
            (name, labels[name], form.due if name == "due" else form.stated.get(name, ""), form.faults.get(name, ""))
            for name in names
        ]


def open_draft(
    actor: Any,
    paper: Any,
    draft: Any,
    kind: str,
    outline: review.Outline,
    *,
    form: str = "",
    place: Place | None = None,
    edit: EditForm | None = None,
) -> Opened:
    """What the unfolded line shows of a draft; a fixed number of queries."""
    pieces = review.pieces_of(draft)
    texts = [piece["text"] for piece in pieces]
    section = outline.section_of(draft.pk)
    units = choices.unit_names([*draft.units, *(note["unit"] for note in draft.seen_at)])
    opened = Opened(
        draft=draft,
        kind=kind,
        sure_percent=round(draft.confidence * 100),
        facts=[strong_numbers(piece["text"]) for piece in draft.evidence],
        category=category_name(draft.category),
        reasons=list(draft.category_reasons),
        codes=choices.further_codes(draft.codes) if draft.codes else [],
        facets=_facets(draft),
        stated=_stated(draft),
        measures=[piece["text"] for piece in draft.measures],
        duties=[piece["text"] for piece in draft.duties],
        units=[units[pk] for pk in draft.units if pk in units],
        seen_at=[(units[n["unit"]], n.get("note", "")) for n in draft.seen_at if n["unit"] in units],
        is_joint=paper.kind == "joint",
        form=form,
        edit=edit,
        section=section.key if section is not None else 0,
        sure_in_section=section.tally.sure if section is not None else 0,
    )
    if kind in ("item", "passage"):
        opened.may_split = bool(places(texts))
        opened.may_merge = outline.previous_of(draft.pk) is not None
        two = looks_like_two(texts)
        chosen = place or two or (suggested(texts) if form == "split" else None)
        if chosen is not None and (form == "split" or (kind == "item" and review.is_unsure(draft))):
            opened.split = _split(draft, pieces, chosen, with_places=form == "split")
        if kind == "item" and review.is_unsure(draft):
            opened.doubt, opened.why = _doubt(draft, texts, two)
    if kind == "group":
        members = [e for e in outline.entries if e.group_id == draft.pk and e.state != "dropped"]
        opened.is_empty_group = not members
        opened.may_accept = not members
    if form == "edit" and edit is None:
        opened.edit = EditForm.of(draft)
    if form == "category":
        opened.schemes = choices.scheme_choices(draft)
    if form in ("addressees", "seen-at"):
        opened.addressees = choices.unit_choices(actor, paper, draft, notes=form == "seen-at")
    return opened


def because(reasons: Sequence[str]) -> str:
    """The words that spoke for a category: （据“承接下放”“未配套”）."""
    return _(" (by %(words)s)") % {"words": "".join(f"“{word}”" for word in reasons)} if reasons else ""


def strong_numbers(words: str) -> SafeString:
    """A fact with its figures in bold."""
    parts, at = [], 0
    for found in _NUMBER.finditer(words):
        parts += [str(escape(words[at : found.start()])), f"<b>{escape(found[0])}</b>"]
        at = found.end()
    return mark_safe("".join([*parts, str(escape(words[at:]))]))


def _facets(draft: Any) -> list[str]:
    words = [
        str(choice(value).label)
        for choice, value in ((Nature, draft.nature), (Origin, draft.origin), (Severity, draft.severity))
        if value
    ]
    return [*words, *([_("To be put right at once")] if draft.immediate else [])]


def stated_labels() -> Mapping[str, str]:
    return {
        "leader": _("Leader in charge"),
        "department": _("Responsible department"),
        "person": _("Person"),
        "due": _("Time limit"),
        "status": _("Status"),
        "who": _("Who"),
    }


def _stated(draft: Any) -> list[tuple[str, str]]:
    stated = {**draft.stated, **({"due": draft.due} if draft.due else {})}
    return [(label, stated[name]) for name, label in stated_labels().items() if stated.get(name)]


def _doubt(draft: Any, texts: Sequence[str], two: Place | None) -> tuple[str, str]:
    """The sentence that asks, and what it rests on."""
    if two is not None:
        joint = texts[0][: two.offset].rstrip()[-1:] + texts[0][two.offset :][:2]
        word = joint_at(texts[0], two.offset)
        if word:
            return (
                _("This sentence looks like two findings: please decide"),
                _("Before and behind “%(word)s” two matters are told.") % {"word": word},
            )
        return (
            _("This sentence looks like two findings: please decide"),
            _("Two matters are told, before and behind “%(word)s”.") % {"word": joint},
        )
    if not draft.evidence:
        return (
            _("Read with little certainty: is this a finding?"),
            _("No concrete fact stands under it; the sentence may only sum up or lead over."),
        )
    return (
        _("Read with little certainty: is this a finding?"),
        _("The way it is written is unlike that of the other findings of this paper."),
    )


def _split(draft: Any, pieces: Sequence[Mapping[str, Any]], place: Place, *, with_places: bool) -> SplitView | None:
    heading = draft.group.statement if draft.group is not None else ""
    found = review.outcomes(pieces, heading, place)
    if not found:
        return None
    stem = draft.label.partition("-")[0]
    return SplitView(
        place=f"{place.piece}:{place.offset}",
        outcomes=[
            OutcomeView(
                label=f"{stem}-{number}" if stem else str(number),
                statement=outcome.half.statement["text"],
                facts=[strong_numbers(fact["text"]) for fact in outcome.half.evidence],
                category=category_name(outcome.category),
                reasons=list(outcome.reasons),
            )
            for number, outcome in enumerate(found, start=1)
        ],
        pieces=_cuts([str(piece["text"]) for piece in pieces], place) if with_places else [],
    )


def _cuts(texts: Sequence[str], chosen: Place) -> list[list[tuple[str, str, bool]]]:
    known = places(texts)
    lines: list[list[tuple[str, str, bool]]] = []
    for number, text in enumerate(texts):
        parts: list[tuple[str, str, bool]] = []
        if Place(number, 0) in known:
            parts.append(("", f"{number}:0", chosen == Place(number, 0)))
        at = 0
        for place in (p for p in known if p.piece == number and p.offset):
            parts.append((text[at : place.offset], f"{number}:{place.offset}", place == chosen))
            at = place.offset
        lines.append([*parts, (text[at:], "", False)])
    return lines
