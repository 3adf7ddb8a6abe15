"""What a paper calls units and rounds, and which of the office's own are meant."""

from __future__ import annotations

import re
from typing import Final

from xuncha.documents.values.numbering import chinese_to_int, to_chinese
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round

# Words that a unit's name may bear in a paper beside those in the list of units.
_PLACE: Final = re.compile(r"^.{0,6}?(?:[县旗州盟]|市(?![场政容民])|(?<!开发)区(?!划))(?=.{3})")
_ORGAN: Final = re.compile(
    r"(?:机关)?(?:党组(?:\(党委\)|（党委）)?|党委(?:\(党组\)|（党组）)?|党工委|党总支|党支部|领导班子)$"
)
_ROUND: Final = re.compile(
    r"第?(?P<term>[一二三四五六七八九十]{1,3}|\d{1,2})届.{0,12}?第?(?P<round>[一二三四五六七八九十]{1,3}|\d{1,2})轮"
)
_ROUND_ALONE: Final = re.compile(r"第?(?P<round>[一二三四五六七八九十]{1,3}|\d{1,2})轮")


class UnitNames:
    """Finds a unit by what a paper calls it: full name, short name, other names, without place and Party organ."""

    def __init__(self) -> None:
        self._by_name: dict[str, int | None] = {}
        for unit in Unit.objects.filter(state=Unit.State.ACTIVE).only("id", "name", "short_name", "aliases"):
            for name in {unit.name, unit.short_name, *unit.aliases}:
                self._add(name, unit.pk)
                self._add(_bare(name), unit.pk)

    def _add(self, name: str, pk: int) -> None:
        # A name that two units bear names neither.
        self._by_name[name] = pk if self._by_name.get(name, pk) == pk else None

    def known(self) -> dict[str, int]:
        """Every name that means one unit, with its key; the full names first."""
        return {name: pk for name, pk in self._by_name.items() if pk is not None}

    def find(self, words: str | None) -> int | None:
        """The key of the unit that is meant; null where none or more than one could be."""
        if not words:
            return None
        words = words.strip()
        return self._by_name.get(words) or self._by_name.get(_bare(words))


def _bare(name: str) -> str:
    name = _ORGAN.sub("", name.strip())
    return _PLACE.sub("", name) or name


class RoundNames:
    """Finds rounds by what a paper calls them, without asking the database for each."""

    def __init__(self) -> None:
        self._rounds = list(Round.objects.select_related("term").order_by("-term__number", "-number"))

    def known(self) -> dict[str, int]:
        """The names that a ledger may use for each round, with its key."""
        names: dict[str, int] = {}
        for round in self._rounds:
            term, number = round.term.number, round.number
            said, said_number = to_chinese(term), to_chinese(number)
            for name in (
                f"{said}届第{said_number}轮",
                f"{said}届县委第{said_number}轮",
                f"第{said}届第{said_number}轮",
                f"{term}-{number}",
            ):
                names.setdefault(name, round.pk)
        return names

    def find(self, words: str | None) -> int | None:
        """The key of the round that is meant, as `find_round`; null where there is none."""
        asked = _round_asked(words)
        if asked is None:
            return None
        for round in self._rounds:
            if round.number == asked[1] and asked[0] in (None, round.term.number):
                return round.pk
        return None


def _round_asked(words: str | None) -> tuple[int | None, int] | None:
    """Number of the term (null where none is told) and of the round."""
    found = _ROUND.search(words or "") or _ROUND_ALONE.search(words or "")
    if found is None:
        return None
    parts = {name: int(told) if told.isdigit() else chinese_to_int(told) for name, told in found.groupdict().items()}
    return parts.get("term"), parts["round"] or 0


def find_round(words: str | None) -> Round | None:
    """The round that words such as 十四届县委第八轮 mean; without a term the newest of that number."""
    asked = _round_asked(words)
    if asked is None:
        return None
    rounds = Round.objects.select_related("term").filter(number=asked[1])
    if asked[0] is not None:
        rounds = rounds.filter(term__number=asked[0])
    return rounds.order_by("-term__number").first()
