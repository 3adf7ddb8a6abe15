"""Numbers of Word paragraphs that stand in no text: they live in numbering.xml and in the styles.

Source of the formats: ISO/IEC 29500-1, 17.18.59 (ST_NumberFormat), 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL: Final = f"{W}val"
_LEVELS: Final = 9
_PLACE = re.compile(r"%([1-9])")
_DIGITS: Final = "〇一二三四五六七八九"
_LEGAL_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
_MAX_NUMBER: Final = 32_767
"""Word itself counts no further; a hostile start value must not make a number of a million letters."""


def chinese_number(number: int, *, digits: str = "零一二三四五六七八九", units: str = "十百千") -> str:
    """A number in words: 12 十二, 105 一百零五; digits from ten thousand on, where no list gets."""
    if not 0 < number < 10_000:
        return str(number)
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + (units[power - 1] if power else "")
            gap = False
        else:
            gap = True
    ten = digits[1] + units[0]
    return text[1:] if text.startswith(ten) and units[0] == "十" else text


def _letters(number: int) -> str:
    """A … Z, AA, BB: Word repeats the letter."""
    return chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 30) if number > 0 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += sign * (number // value)
        number %= value
    return text


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _circled(number: int) -> str:
    if 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if 21 <= number <= 35:
        return chr(0x3251 + number - 21)
    if 36 <= number <= 50:
        return chr(0x32B1 + number - 36)
    return str(number)


def _in_range(first: int, last_number: int) -> Callable[[int], str]:
    return lambda number: chr(first + number - 1) if 0 < number <= last_number else str(number)


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number)) if number >= 0 else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in str(number)) if number >= 0 else str(number)


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "chineseCounting": chinese_number,
    "chineseCountingThousand": chinese_number,
    "japaneseCounting": chinese_number,
    "taiwaneseCounting": chinese_number,
    "taiwaneseCountingThousand": chinese_number,
    "chineseLegalSimplified": lambda number: chinese_number(number, digits=_LEGAL_DIGITS, units="拾佰仟"),
    "ideographLegalTraditional": lambda number: chinese_number(number, digits="零壹貳參肆伍陸柒捌玖", units="拾佰仟"),
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _in_range(0x2488, 20),
    "decimalEnclosedParen": _in_range(0x2474, 20),
    "ideographEnclosedCircle": _in_range(0x3280, 10),
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "none": lambda number: "",
}

_BULLETS: Final = {
    "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "√", "\uf0b7": "•",
    "\uf071": "□", "\uf0a8": "□", "\uf0fe": "☑", "\uf052": "☑", "\uf0a3": "□",
}  # fmt: skip


def symbol(code: str) -> str:
    """A sign of the Symbol and Wingdings fonts (private code points) as an ordinary character."""
    if len(code) == 1 and "\uf000" <= code <= "\uf0ff":
        return _BULLETS.get(code, "•")
    return code


def render(number: int, form: str) -> str:
    """A number in one of Word's formats; an unknown format counts in digits."""
    return _FORMATS.get(form, str)(number)


@dataclass(frozen=True, slots=True)
class Level:
    """One of the nine levels of a list."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    """Number (from 1) of the level that starts this one again; 0 never, None any level above."""
    legal: bool = False
    suffix: str = "tab"


@dataclass(slots=True)
class _List:
    """A w:num: the definition that it points to and what it overrides."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


def _number(element: etree._Element | None, default: int) -> int:
    """The w:val of an element as a number, ``default`` where it is missing or no number."""
    if element is None:
        return default
    try:
        return max(min(int(element.get(_VAL, "")), _MAX_NUMBER), -1)
    except ValueError:
        return default


def _level(element: etree._Element) -> Level:
    restart = element.find(f"{W}lvlRestart")
    form = element.find(f"{W}numFmt")
    text = element.find(f"{W}lvlText")
    legal = element.find(f"{W}isLgl")
    suffix = element.find(f"{W}suff")
    return Level(
        start=_number(element.find(f"{W}start"), 0),
        form=form.get(_VAL, "decimal") if form is not None else "decimal",
        text=(text.get(_VAL) or "")[:200] if text is not None else "",
        restart=None if restart is None else _number(restart, 0),
        legal=legal is not None and legal.get(_VAL, "1") not in ("0", "false", "off"),
        suffix=suffix.get(_VAL, "tab") if suffix is not None else "tab",
    )


class Numbering:
    """The lists of a document with their counters; `next_number` moves them on."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is not None:
            self._load(root)

    def _load(self, root: etree._Element) -> None:
        definitions: dict[str, dict[int, Level]] = {}
        links: dict[str, str] = {}
        styles: dict[str, str] = {}
        linked_levels: dict[str, list[tuple[str, int]]] = {}
        for abstract in root.iterchildren(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId", "")
            definitions[key] = {}
            for element in abstract.iterchildren(f"{W}lvl"):
                index = _index(element.get(f"{W}ilvl"))
                definitions[key][index] = _level(element)
                style = element.find(f"{W}pStyle")
                if style is not None:
                    linked_levels.setdefault(key, []).append((style.get(_VAL, ""), index))
            link, style_link = abstract.find(f"{W}numStyleLink"), abstract.find(f"{W}styleLink")
            if link is not None:
                links[key] = link.get(_VAL, "")
            if style_link is not None:
                styles[style_link.get(_VAL, "")] = key
        for num in root.iterchildren(f"{W}num"):
            pointer = num.find(f"{W}abstractNumId")
            key = pointer.get(_VAL, "") if pointer is not None else ""
            # A definition may be only a pointer to the one that a list style holds.
            key = styles.get(links.get(key, ""), key)
            entry = _List(key, dict(definitions.get(key, {})))
            for override in num.iterchildren(f"{W}lvlOverride"):
                index = _index(override.get(f"{W}ilvl"))
                own = override.find(f"{W}lvl")
                if own is not None:
                    entry.levels[index] = _level(own)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    entry.starts[index] = _number(start, 1)
            number_id = num.get(f"{W}numId", "")
            self._lists[number_id] = entry
            for style_id, index in linked_levels.get(key, ()):
                self._by_style.setdefault(f"{number_id}\0{style_id}", (number_id, index))

    def level_of_style(self, number_id: str, style_id: str) -> int | None:
        """The level that a list links to a paragraph style."""
        found = self._by_style.get(f"{number_id}\0{style_id}")
        return found[1] if found else None

    def next_number(self, number_id: str, level: int) -> str:
        """The number of the next paragraph of a list at a level (from 0), as Word shows it."""
        entry = self._lists.get(number_id)
        if entry is None or not 0 <= level < _LEVELS or level not in entry.levels:
            return ""
        own = entry.levels[level]
        counters = self._counters.setdefault(entry.definition, [None] * _LEVELS)
        current = counters[level]
        if level in entry.starts and (number_id, level) not in self._started:
            current = None
            self._started.add((number_id, level))
            first = entry.starts[level]
        else:
            first = own.start
        counters[level] = first if current is None else min(current + 1, _MAX_NUMBER)
        for above in range(level):
            if counters[above] is None:
                counters[above] = entry.starts.get(above, entry.levels[above].start if above in entry.levels else 1)
        for below in range(level + 1, _LEVELS):
            restart = entry.levels[below].restart if below in entry.levels else None
            if restart is None or (restart and level < restart):
                counters[below] = None
        if own.form == "bullet":
            return "".join(map(symbol, own.text[:1])) or "•"

        def shown(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            form = entry.levels[index].form if index in entry.levels else "decimal"
            if own.legal and form != "decimalZero":
                form = "decimal"
            return render(counters[index] or 0, form)

        text = _PLACE.sub(shown, own.text)
        return text + (" " if own.suffix == "space" and text[-1:].isalnum() else "")


def _index(value: str | None) -> int:
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 3 else 0
