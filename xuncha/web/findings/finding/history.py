"""The history of a finding in words: who did what when, and for each field what it was and what it is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils.translation import gettext as _

from xuncha.findings.queries.finding import Names, names_in
from xuncha.web.findings.finding import wording

# What the trail holds beside what people speak of.
UNTOLD: Final = frozenset({"serial", "number_key", "reason"})
TEXTS: Final = frozenset(
    {"statement", "heading", "stated_leader", "stated_status", "department", "person", "due_words", "progress"}
    | {"stated_number", "remark", "number"}
)
# Beyond this the comparison sign by sign would take longer than a reader waits.
MOST_COMPARED: Final = 4_000_000
KEPT_BETWEEN = 2
# From this share of common signs on a fact was re-worded, not replaced.
REWORDED = 0.5
CONTEXT = 24
_SIGN: Final = re.compile(r"[A-Za-z0-9.]+|.", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """A stretch of a change: ``same``, ``ins`` or ``del``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one field, line by line."""

    label: str
    lines: Sequence[Sequence[Words]]
    is_quoted: bool = False


@dataclass(frozen=True)
class Step:
    """One entry of the history."""

    word: str
    by: str
    at: datetime.datetime
    day: str
    changes: Sequence[Change]
    reason: str = ""


def steps(entries: Iterable[Any]) -> list[Step]:
    """Entries of the trail as people read them."""
    told = list(entries)
    names = names_in(told)
    return [
        Step(
            word=wording.act(entry.act),
            by=str(entry.actor or ""),
            at=entry.at,
            day=wording.day(entry.at),
            changes=changes(entry.before, entry.after, names),
            reason=entry.reason,
        )
        for entry in told
    ]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, names: Names) -> list[Change]:
    """Field by field; of what came into being nothing is told but that it did."""
    if before is None or after is None:
        return []
    told = []
    for name in wording.FIELDS:
        if name in UNTOLD or name not in {*before, *after} or before.get(name) == after.get(name):
            continue
        lines = lines_of(name, before.get(name), after.get(name), names)
        if lines:
            told.append(Change(wording.field_word(name), lines, name in ("statement", "heading", "facts", "measures")))
    return told


def lines_of(name: str, before: Any, after: Any, names: Names) -> list[list[Words]]:
    """The lines of a change of one field."""
    if name in ("facts", "measures"):
        return _pieces([piece["text"] for piece in before or ()], [piece["text"] for piece in after or ()])
    if name in TEXTS:
        return [shorten(compare(before or "", after or ""))]
    if name in ("units", "seen_at", "successors"):
        old, new = (_members(name, value, names) for value in (before, after))
        gone, come = [word for word in old if word not in new], [word for word in new if word not in old]
        return [[Words(kind, wording.listed(words)) for kind, words in (("del", gone), ("ins", come)) if words]]
    if name in ("codes", "code_reasons"):
        keys = sorted({*(before or {}), *(after or {})}, key=int)
        lines = []
        for key in keys:
            was, now = (before or {}).get(key), (after or {}).get(key)
            if was != now:
                scheme = wording.said(names.schemes.get(int(key))) or _("A former scheme")
                kind = "category_id" if name == "codes" else "category_reasons"
                pair = _pair(value_words(kind, was, names), value_words(kind, now, names))
                lines.append([Words("same", _("%(scheme)s: ") % {"scheme": scheme}), *pair])
        return lines
    return [_pair(value_words(name, before, names), value_words(name, after, names))]


def value_words(name: str, value: Any, names: Names) -> str:
    """A value as people say it; nothing is said of nothing."""
    if name == "immediate":
        return _("Yes") if value else _("No")
    if value is None or value == "" or value == []:
        return _("(empty)")
    if name in wording.CHOICES:
        return str(wording.CHOICES[name].get(value, value))
    if name == "category_id":
        return wording.said(names.categories.get(value)) or _("A former category")
    if name == "category_reasons":
        return wording.listed(value)
    if name == "unit_id":
        return names.units.get(value, _("A former unit"))
    if name == "feedback_id":
        return names.feedbacks.get(value, _("A former feedback"))
    if name in ("facts", "measures"):
        return "\n".join(piece["text"] for piece in value)
    if name in ("units", "seen_at"):
        return wording.listed(_members(name, value, names))
    return str(value)


def _members(name: str, value: Any, names: Names) -> list[str]:
    if name == "seen_at":
        return [
            f"{names.units.get(note['unit'], '')}（{note['note']}）"
            if note["note"]
            else names.units.get(note["unit"], "")
            for note in value or ()
        ]
    known = names.findings if name == "successors" else names.units
    return [known.get(key, _("A former unit")) for key in value or ()]


def _pair(old: str, new: str) -> list[Words]:
    """Before and after; nothing is struck out where there was nothing."""
    empty = _("(empty)")
    return [Words("ins", new)] if old == empty else [Words("del", old), Words("ins", new)]


def _pieces(old: Sequence[str], new: Sequence[str]) -> list[list[Words]]:
    lines: list[list[Words]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        # What was re-worded stands in one line; the rest came or went.
        while a < b and c < d and SequenceMatcher(None, old[a], new[c], autojunk=False).ratio() >= REWORDED:
            lines.append(shorten(compare(old[a], new[c])))
            a, c = a + 1, c + 1
        lines += [[Words("del", text)] for text in old[a:b]]
        lines += [[Words("ins", text)] for text in new[c:d]]
    return lines


def compare(old: str, new: str) -> list[Words]:
    """Two texts sign by sign, without confetti: what stands between two changes and is short goes with them."""
    if not old or not new or len(old) * len(new) > MOST_COMPARED:
        return [Words(kind, text) for kind, text in (("del", old), ("ins", new)) if text]
    a, b = _SIGN.findall(old), _SIGN.findall(new)
    words: list[list[str]] = []
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for place, (kind, i, j, k, m) in enumerate(codes):
        between = 0 < place < len(codes) - 1
        if kind == "equal" and not (between and j - i <= KEPT_BETWEEN):
            words.append(["same", "".join(a[i:j]), ""])
        elif words and words[-1][0] == "change":
            words[-1][1] += "".join(a[i:j])
            words[-1][2] += "".join(b[k:m])
        else:
            words.append(["change", "".join(a[i:j]), "".join(b[k:m])])
    found: list[Words] = []
    for what, left, right in words:
        if what == "same":
            found.append(Words("same", left))
        else:
            found += [Words(way, text) for way, text in (("del", left), ("ins", right)) if text]
    return found


def shorten(words: Sequence[Words]) -> list[Words]:
    """Of long stretches that did not change only what stands beside a change."""
    shown = []
    for place, part in enumerate(words):
        text = part.text
        if part.kind == "same" and len(text) > 2 * CONTEXT + 1:
            head = text[:CONTEXT] if place else ""
            tail = text[-CONTEXT:] if place < len(words) - 1 else ""
            text = f"{head}…{tail}"
        shown.append(Words(part.kind, text))
    return shown
