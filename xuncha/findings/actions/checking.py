"""What cannot be used of what was typed about a finding. Pages and programs word it from code and limit."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from xuncha.findings.models import Finding
from xuncha.findings.workflow import Nature, Origin, Severity
from xuncha.rulebook.models import Category, Scheme

Faults = dict[str, tuple[str, int]]
"""Field to (code, limit); one entry of a list is named ``field.index``, index from 0."""

LONGEST: Final[Mapping[str, int]] = {
    "statement": 4000,
    "heading": 300,
    "facts": 4000,
    "measures": 4000,
    "stated_leader": 60,
    "stated_status": 40,
    "stated_number": 60,
    "department": 100,
    "person": 100,
    "due_words": 100,
    "progress": 20_000,
    "remark": 20_000,
    "reason": 300,
    "note": 300,
    "category_reasons": 300,
    "code_reasons": 300,
}
MOST_PIECES: Final = 200
# What is older than the republic or far ahead was mistyped.
EARLIEST: Final = datetime.date(1949, 10, 1)
LATEST: Final = datetime.date(2099, 12, 31)
_FACETS: Final = (("nature", Nature.values), ("origin", Origin.values), ("severity", Severity.values))


def faults_of(values: Mapping[str, Any], finding: Finding | None = None) -> Faults:
    """What cannot be used. ``values`` as `telling` names them; a retired category stays usable where it stands."""
    faults: Faults = {}
    if "statement" in values and not values["statement"].strip():
        faults["statement"] = ("required", 0)
    for name, words in values.items():
        if isinstance(words, str) and name in LONGEST and name not in faults:
            _check_words(faults, name, name, words)
    for name in ("facts", "measures"):
        pieces = values.get(name, ())
        if len(pieces) > MOST_PIECES:
            faults[name] = ("too_many", MOST_PIECES)
        for place, piece in enumerate(pieces):
            _check_words(faults, f"{name}.{place}", name, piece["text"])
    _check_words(faults, "category_reasons", "category_reasons", "、".join(values.get("category_reasons") or ()))
    for key, reasons in (values.get("code_reasons") or {}).items():
        _check_words(faults, f"code_reasons.{key}", "code_reasons", "、".join(reasons))
    for name, known in _FACETS:
        if values.get(name) and values[name] not in known:
            faults[name] = ("unknown", 0)
    due = values.get("stated_due")
    if due is not None and not EARLIEST <= due <= LATEST:
        faults["stated_due"] = ("date_unlikely", 0)
    faults.update(_unknown_codes(values, finding))
    return faults


def _check_words(faults: Faults, name: str, kind: str, words: str) -> None:
    if len(words) > LONGEST[kind]:
        faults[name] = ("too_long", LONGEST[kind])
    elif has_control_signs(words):
        faults[name] = ("control_signs", 0)


def has_control_signs(words: str) -> bool:
    """Whether there is a sign that no paper can show and the database may not hold."""
    return any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in words)


def _unknown_codes(values: Mapping[str, Any], finding: Finding | None) -> Iterable[tuple[str, tuple[str, int]]]:
    asked: dict[str, int] = {key: code for key, code in (values.get("codes") or {}).items() if code is not None}
    leading: int | None = values.get("category_id")
    if not asked and leading is None:
        return
    wanted = {*asked.values()} if leading is None else {*asked.values(), leading}
    known = {
        pk: (scheme, is_leading, retired_on is None and state == Scheme.State.ACTIVE)
        for pk, scheme, is_leading, retired_on, state in Category.objects.filter(pk__in=wanted).values_list(
            "pk", "scheme_id", "scheme__is_leading", "retired_on", "scheme__state"
        )
    }
    held = set() if finding is None else {finding.category_id, *_held_codes(finding)}
    if leading is not None:
        found = known.get(leading)
        if found is None or not found[1] or not (found[2] or leading in held):
            yield "category_id", ("unknown", 0)
    for key, code in asked.items():
        found = known.get(code)
        if found is None or found[1] or str(found[0]) != key or not (found[2] or code in held):
            yield f"codes.{key}", ("unknown", 0)


def _held_codes(finding: Finding) -> Iterable[int]:
    return finding.classifications.values_list("category_id", flat=True)
