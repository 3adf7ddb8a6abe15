"""The form of a finding: what it is filled with, what was typed, what of it changed."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from xuncha.findings.queries.finding import Seen
from xuncha.rulebook import queries as rulebook
from xuncha.web.findings.finding import wording

LISTS: Final = ("facts", "measures")
FACETS: Final = ("nature", "origin", "severity")
STATED: Final = ("stated_leader", "department", "person", "stated_due", "due_words", "stated_status", "stated_number")
LONG: Final = ("progress", "remark")
# Keys of pieces that had no place when the form was opened.
ELSEWHERE: Final = 100_000
CODE, CODE_REASONS = "code-", "code_reasons-"
_DATE: Final = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*")
_KEY: Final = re.compile(r"\d{1,18}", re.ASCII)
_PARTED: Final = re.compile(r"[、,，;；\n]+")

Values = dict[str, Any]
"""Field to what stands in it: text; of ``facts`` and ``measures`` a list of ``{"key", "text"}``, where ``key`` is the
place it had when the form was opened."""


@dataclass
class FindingForm:
    """``base`` is what the form was opened with, ``typed`` what stands in it now; ``faults`` maps field to sentence."""

    base: Values
    typed: Values
    faults: dict[str, str] = field(default_factory=dict)

    def changed(self) -> list[str]:
        """The fields in which something else stands than at the beginning."""
        return [name for name, value in self.typed.items() if name in self.base and differs(value, self.base[name])]

    def packed(self) -> str:
        """What it was opened with, to travel with the form."""
        return json.dumps(self.base, ensure_ascii=False)

    def summary(self) -> list[tuple[str, str, str]]:
        """Anchor, label and sentence of each fault, in the order of the form."""
        order = {name: place for place, name in enumerate(self.typed)}
        names = sorted(self.faults, key=lambda name: (order.get(name.partition(".")[0], 99), name))
        return [(f"field-{name.replace('.', '-')}", label(name), self.faults[name]) for name in names]


def label(name: str) -> str:
    """The name of a field, of a piece of a list with its number."""
    name, _dot, place = name.partition(".")
    if place:
        return _("%(field)s %(number)s") % {"field": wording.field_word(name), "number": int(place) + 1}
    if name.startswith(CODE):
        return _("Code of a further scheme")
    if name.startswith(CODE_REASONS):
        return wording.field_word("code_reasons")
    return wording.field_word(name)


def differs(one: Any, other: Any) -> bool:
    """Whether two values of a field say different things."""
    if isinstance(one, list):
        return [piece["text"] for piece in one if piece["text"]] != [piece["text"] for piece in other if piece["text"]]
    return bool(one != other)


def values_of(seen: Seen) -> Values:
    """What a finding fills its form with."""
    finding, stated = seen.finding, seen.stated
    values: Values = {
        "unit_id": str(finding.unit_id or ""),
        "statement": plain(finding.statement),
        "heading": plain(finding.heading),
        "facts": _listed(fact.text for fact in seen.facts),
    }
    for code in seen.codes:
        key = "" if code.scheme.is_leading else str(code.scheme.pk)
        values[f"{CODE}{key}" if key else "category_id"] = str(code.category.pk) if code.category else ""
        values[f"{CODE_REASONS}{key}" if key else "category_reasons"] = "、".join(code.reasons)
    for name in FACETS:
        values[name] = getattr(finding, name)
    values["immediate"] = "yes" if finding.immediate else "no"
    values |= {
        "stated_leader": plain(finding.stated_leader),
        "department": plain(stated.department) if stated else "",
        "person": plain(stated.person) if stated else "",
        "stated_due": finding.stated_due.isoformat() if finding.stated_due else "",
        "due_words": plain(stated.due_words) if stated else "",
        "stated_status": plain(finding.stated_status),
        "stated_number": plain(stated.number) if stated else "",
        "measures": _listed(measure.get("text", "") for measure in stated.measures) if stated else [],
        "progress": plain(stated.progress) if stated else "",
        "remark": plain(stated.remark) if stated else "",
    }
    return values


def empty_values() -> Values:
    """What the form of a new finding is filled with."""
    values: Values = {"round_id": "", "unit_id": "", "statement": "", "heading": "", "facts": _listed([""])}
    for scheme in rulebook.active_schemes():
        values["category_id" if scheme.is_leading else f"{CODE}{scheme.pk}"] = ""
        values["category_reasons" if scheme.is_leading else f"{CODE_REASONS}{scheme.pk}"] = ""
    values |= dict.fromkeys(FACETS, "") | {"immediate": "no"} | dict.fromkeys(STATED, "")
    return values | {"measures": [], "progress": "", "remark": ""}


def _listed(texts: Iterable[str]) -> list[dict[str, str]]:
    return [{"key": str(place), "text": plain(text)} for place, text in enumerate(texts)]


def plain(text: str) -> str:
    """Text as a browser sends it back and forth."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def typed_in(post: Mapping[str, str], base: Values) -> Values:
    """What was typed; a field that the form did not hold is as it was."""
    typed: Values = {}
    for name, was in base.items():
        if name in LISTS:
            mine = [key for key in post if key.startswith(f"{name}-") and _KEY.fullmatch(key[len(name) + 1 :])]
            held = f"{name}_shown" in post
            typed[name] = [{"key": key[len(name) + 1 :], "text": plain(post[key])} for key in mine] if held else was
        else:
            typed[name] = plain(post[name]) if name in post else was
    return typed


def unpacked(packed: str, otherwise: Values) -> Values:
    """What a form was opened with, as it travelled; where that is no use, what stands now."""
    try:
        base = json.loads(packed)
    except (ValueError, RecursionError):
        return otherwise
    if not isinstance(base, dict):
        return otherwise
    taken = dict(otherwise)
    for name in otherwise.keys() & base.keys():
        value = base[name]
        if (name in LISTS and _is_list(value)) or (name not in LISTS and isinstance(value, str)):
            taken[name] = value
    return taken


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(piece, dict)
        and isinstance(piece.get("text"), str)
        and isinstance(piece.get("key"), str)
        and _KEY.fullmatch(piece["key"])
        for piece in value
    )


def changes_of(
    typed: Values, names: Iterable[str], places: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields as `editing.edit_finding` takes them, and sentences about what cannot be read at all.

    ``places`` holds, for the lists, the pieces that stood when the form was opened, with their place in the paper.
    """
    changes: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name in names:
        value = typed[name]
        if name in LISTS:
            changes[name] = [_placed(piece, places.get(name, ())) for piece in value]
        elif name == "immediate":
            changes[name] = value == "yes"
        elif name == "stated_due":
            changes[name] = _date(value)
            if value and changes[name] is None:
                faults[name] = wording.fault("date", 0)
        elif name in ("unit_id", "category_id", "round_id"):
            changes[name] = int(value) if _KEY.fullmatch(value) else None
            if value and changes[name] is None:
                faults[name] = wording.fault("unknown", 0)
        elif name == "category_reasons":
            changes[name] = reasons_of(value)
        elif name.startswith(CODE_REASONS):
            changes.setdefault("code_reasons", {})[name.removeprefix(CODE_REASONS)] = reasons_of(value)
        elif name.startswith(CODE):
            code = int(value) if _KEY.fullmatch(value) else None
            changes.setdefault("codes", {})[name.removeprefix(CODE)] = code
            if value and code is None:
                faults[name] = wording.fault("unknown", 0)
        else:
            changes[name] = value
    return changes, faults


def _placed(piece: Mapping[str, str], places: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    at = int(piece["key"])
    place = places[at] if at < len(places) else {}
    return {"text": piece["text"], **{name: place.get(name) for name in ("start", "end", "page")}}


def reasons_of(words: str) -> list[str]:
    """The reasons that were typed, one after the other."""
    return [part.strip() for part in _PARTED.split(words) if part.strip()]


def _date(words: str) -> datetime.date | None:
    found = _DATE.fullmatch(words)
    if found is None:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def worded(faults: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """The faults of an action by the names of the form, each with its sentence."""
    told = {}
    for name, (code, limit) in faults.items():
        head, _dot, rest = name.partition(".")
        if head == "codes":
            name = f"{CODE}{rest}"
        elif head == "code_reasons":
            name = f"{CODE_REASONS}{rest}"
        told[name] = wording.fault(code, limit)
    return told


def arrange(typed: Values, wish: str) -> None:
    """Add, move or take away a piece of a list: ``facts:add``, ``facts:up:2``, ``facts:down:2``, ``facts:remove:2``."""
    name, _colon, rest = wish.partition(":")
    act, _colon, place = rest.partition(":")
    pieces = typed.get(name)
    if name not in LISTS or not isinstance(pieces, list):
        return
    at = int(place) if _KEY.fullmatch(place) else -1
    if act == "add":
        pieces.append({"key": str(max((int(piece["key"]) for piece in pieces), default=-1) + 1), "text": ""})
    elif act == "remove" and 0 <= at < len(pieces):
        del pieces[at]
    elif act in ("up", "down") and 0 <= at < len(pieces):
        other = at - 1 if act == "up" else at + 1
        if 0 <= other < len(pieces):
            pieces[at], pieces[other] = pieces[other], pieces[at]
