"""What a paper calls units and rounds, and which of the office's own are meant."""

from __future__ import annotations

import re
from typing import Final

from django.db.models import Q

from xuncha.documents.values.numbering import chinese_to_int
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

    def find(self, words: str | None) -> int | None:
        """The key of the unit that is meant; null where none or more than one could be."""
        if not words:
            return None
        words = words.strip()
        return self._by_name.get(words) or self._by_name.get(_bare(words))


def _bare(name: str) -> str:
    name = _ORGAN.sub("", name.strip())
    return _PLACE.sub("", name) or name


def find_round(words: str | None) -> Round | None:
    """The round that words such as 十四届县委第八轮 mean; without a term the newest of that number."""
    found = _ROUND.search(words or "") or _ROUND_ALONE.search(words or "")
    if found is None:
        return None
    asked = Q(number=chinese_to_int(found["round"]) if not found["round"].isdigit() else int(found["round"]))
    if "term" in found.groupdict():
        asked &= Q(term__number=int(found["term"]) if found["term"].isdigit() else chinese_to_int(found["term"]))
    return Round.objects.select_related("term").filter(asked).order_by("-term__number").first()
