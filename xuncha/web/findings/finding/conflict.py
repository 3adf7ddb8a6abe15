"""Two people changed one finding: what each did to each field, and the choice between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xuncha.web.findings.finding import form as forms
from xuncha.web.findings.finding import wording
from xuncha.web.findings.finding.fields import Field, Group
from xuncha.web.findings.finding.form import Values, differs
from xuncha.web.findings.finding.history import Words, compare

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Row:
    """One field in dispute. ``both``: both changed it, so one must be chosen; else the one change is chosen already."""

    name: str
    label: str
    before: str
    mine: Sequence[Words]
    theirs: Sequence[Words]
    both: bool
    pick: str
    fault: str = ""
    is_quoted: bool = False


def rows(
    before: Values, typed: Values, current: Values, groups: Iterable[Group], picks: Mapping[str, str], *, asked: bool
) -> list[Row]:
    """Field by field what was there, what I wrote and what stands now; fields that agree are left out.

    ``asked``: the choice was asked for already, so what is left open is a fault.
    """
    fields = {each.name: each for group in groups for each in group.fields}
    found = []
    for name, now in current.items():
        if not differs(typed[name], now):
            continue
        mine, theirs = differs(typed[name], before[name]), differs(now, before[name])
        pick = picks.get(name, "")
        if pick not in (MINE, THEIRS):
            pick = "" if mine and theirs else MINE if mine else THEIRS
        was = words_of(fields.get(name), name, before[name])
        found.append(
            Row(
                name,
                fields[name].label if name in fields else wording.field_word(name),
                was,
                _against(was, words_of(fields.get(name), name, typed[name])),
                _against(was, words_of(fields.get(name), name, now)),
                mine and theirs,
                pick,
                wording.fault("choose", 0) if asked and not pick else "",
                name in ("statement", "heading", *forms.LISTS),
            )
        )
    return found


def settled(typed: Values, current: Values, picks: Mapping[str, str]) -> Values:
    """What is to be saved: of each field mine or theirs."""
    return {name: current[name] if picks.get(name) == THEIRS else value for name, value in typed.items()}


def words_of(field: Field | None, name: str, value: Any) -> str:
    """A value of the form in words."""
    if isinstance(value, list):
        return "\n".join(piece["text"] for piece in value if piece["text"])
    if field is not None and field.kind in ("select", "choices"):
        known = {code: word for _heading, choices in field.choices for code, word in choices}
        return known.get(value, str(value))
    return str(value)


def _against(before: str, after: str) -> Sequence[Words]:
    if not after:
        return [Words("same", _("(empty)"))]
    return [Words("same", after)] if before == after or not before else compare(before, after)
