"""The cells of a finding turned into values, and what could not be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from xuncha.extraction.ledger.categories import category_code
from xuncha.extraction.ledger.old import values as meaning
from xuncha.extraction.ledger.old.cells import Cell, Entry, Group
from xuncha.extraction.ledger.old.faults import Fault, fault
from xuncha.extraction.ledger.old.known import Known, plain_name
from xuncha.extraction.ledger.old.plan import SheetPlan, letters
from xuncha.vocabulary import scheme

_LISTS: Final = ("manifestations", "measure")
_TEXTS: Final = ("progress_text", "evidence", "remark")
_WORDS: Final = ("number", "leader", "department", "person")
_REPEATED_BY_SIGN: Final = frozenset(
    {"unit", "category", "group", "leader", "department", "person", "due", "status", "round", "feedback_date"}
)
_SUBGROUP = re.compile(r"\s*[（(]")


class RowReader:
    """Reads the rows of the sheets of one file; remembers groups, cells that are repeated, and findings met."""

    def __init__(
        self,
        year: int | None,
        units: Known | None,
        categories: Known | None,
        rounds: Known | None,
        unit_wanted: bool,
    ) -> None:
        self._year = year
        self._units, self._rounds = units, rounds
        self._categories = categories or _shipped_categories()
        self._unit_wanted = unit_wanted
        self._met: dict[bytes, tuple[str, int]] = {}
        self._plan = SheetPlan("", 0, True, 0, {})
        self._letters: dict[str, str] = {}
        self._groups: list[str] = []
        self._above: dict[str, list[Cell]] = {}
        self._codes: tuple[tuple[str, Callable[[str], Any], str], ...] = (
            ("nature", meaning.nature_of, "unknown_nature"),
            ("origin", meaning.origin_of, "unknown_origin"),
            ("severity", meaning.severity_of, "unknown_severity"),
            ("immediate", meaning.yes_or_no, "not_yes_or_no"),
        )

    def begin(self, plan: SheetPlan) -> None:
        """Go on with another sheet."""
        self._plan = plan
        self._letters = {}
        for letter, name in plan.columns.items():
            self._letters.setdefault(name, letter)
        self._groups = []
        self._above = {}

    def group(self, group: Group) -> None:
        """A heading: a second-level one (（一）…) stands under the one before it."""
        words = " ".join(group.words.split())
        self._groups = [*self._groups[:1], words] if _SUBGROUP.match(words) and self._groups else [words]

    def read(self, entry: Entry) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a finding by field, and its faults."""
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        cells = self._said(entry, faults)
        self._statement(entry, cells, values, faults)
        self._unit(entry, cells, values, faults)
        self._category(entry, cells, values, faults)
        self._dates(entry, cells, values, faults)
        self._status(entry, cells, values, faults)
        for name, read, code in self._codes:
            if name in cells:
                value = read(cells[name][0].words)
                if value is None:
                    faults.append(self._fault(code, cells[name][0]))
                else:
                    values[name] = value
        for name in _WORDS:
            if name in cells:
                values[name] = " ".join(cells[name][0].words.split())
                self._bounded(name, cells[name][0], faults)
        for name in _LISTS:
            found = [words for cell in cells.get(name, ()) for words in meaning.entries(cell.words)]
            if found:
                values[name] = [*values.get(name, ()), *found]
        for name in _TEXTS:
            if name in cells:
                values[name] = "\n".join(dict.fromkeys(cell.words.strip() for cell in cells[name]))
        self._round(cells, values, faults)
        self._group(cells, values)
        self._repeated(entry, values, faults)
        return values, faults

    def _said(self, entry: Entry, faults: list[Fault]) -> dict[str, list[Cell]]:
        """The cells that say something: 同上 stands for the one above, / for nothing, #REF! is a fault."""
        found: dict[str, list[Cell]] = {}
        for name, held in entry.cells.items():
            kept: list[Cell] = []
            for cell in held:
                if meaning.is_above(cell.words) and name in _REPEATED_BY_SIGN:
                    kept += self._above.get(name, ())
                elif cell.words.strip() in meaning.ERRORS:
                    faults.append(self._fault("formula_error", cell))
                elif name == "immediate" or not meaning.is_nothing(cell.words):
                    kept.append(cell)
            if kept:
                found[name] = kept
        for name in _REPEATED_BY_SIGN & found.keys():
            self._above[name] = found[name]
        return found

    def _statement(
        self, entry: Entry, cells: dict[str, list[Cell]], values: dict[str, Any], faults: list[Fault]
    ) -> None:
        if "finding" not in cells:
            faults.append(self._missing("no_statement", "finding", entry))
            return
        told = meaning.statement_of(cells["finding"][0].words, whole="manifestations" in cells)
        values["finding"] = told.words
        if told.facts:
            values["manifestations"] = list(told.facts)
        if told.marker and "number" not in cells:
            values["number"] = told.marker

    def _unit(self, entry: Entry, cells: dict[str, list[Cell]], values: dict[str, Any], faults: list[Fault]) -> None:
        keys: list[Any] = []
        for cell in cells.get("unit", ()):
            if self._units is None:
                keys += meaning.separated(cell.words)
                continue
            whole = self._units.key(cell.words)
            if whole is not None:
                keys.append(whole)
                continue
            for name in meaning.separated(cell.words):
                key = self._units.key(name)
                if key is None:
                    faults.append(self._fault("unknown_unit", cell, name, self._units.suggestions(name)))
                else:
                    keys.append(key)
        if keys:
            values["unit"] = list(dict.fromkeys(keys))
        if self._unit_wanted and "unit" not in cells:
            faults.append(self._missing("no_unit", "unit", entry))

    def _category(
        self, entry: Entry, cells: dict[str, list[Cell]], values: dict[str, Any], faults: list[Fault]
    ) -> None:
        if "category" not in cells:
            return
        cell = cells["category"][0]
        key = self._categories.key(cell.words)
        if key is None and self._categories is _shipped_categories():
            key = category_code(cell.words)
        if key is None:
            faults.append(self._fault("unknown_category", cell, names=self._categories.suggestions(cell.words)))
        else:
            values["category"] = key

    def _dates(self, entry: Entry, cells: dict[str, list[Cell]], values: dict[str, Any], faults: list[Fault]) -> None:
        if "due" in cells:
            cell = cells["due"][0]
            day = meaning.date_of(cell.words, self._year)
            values["due_words"] = " ".join(cell.words.split())
            if day is not None:
                values["due"] = day.isoformat()
            elif not meaning.needs_no_day(cell.words):
                faults.append(self._fault("no_date", cell))
            self._bounded("due", cell, faults)
        if "feedback_date" in cells:
            cell = cells["feedback_date"][0]
            day = meaning.date_of(cell.words, self._year, first=True)
            if day is None:
                faults.append(self._fault("no_date", cell))
            else:
                values["feedback_date"] = day.isoformat()

    def _status(self, entry: Entry, cells: dict[str, list[Cell]], values: dict[str, Any], faults: list[Fault]) -> None:
        if "status" not in cells:
            return
        cell = cells["status"][0]
        values["status_words"] = " ".join(cell.words.split())
        code = meaning.status_of(cell.words)
        if code is None:
            faults.append(self._fault("unknown_status", cell))
        else:
            values["status"] = code
        self._bounded("status", cell, faults)

    def _round(self, cells: dict[str, list[Cell]], values: dict[str, Any], faults: list[Fault]) -> None:
        if "round" not in cells:
            return
        cell = cells["round"][0]
        key = cell.words.strip() if self._rounds is None else self._rounds.key(cell.words)
        if key is None and self._rounds is not None:
            faults.append(self._fault("unknown_round", cell, names=self._rounds.suggestions(cell.words)))
        else:
            values["round"] = key

    def _group(self, cells: dict[str, list[Cell]], values: dict[str, Any]) -> None:
        words = cells["group"][0].words.strip() if "group" in cells else "\n".join(self._groups)
        if words:
            values["group"] = words[: meaning.LIMITS["group"]]

    def _repeated(self, entry: Entry, values: dict[str, Any], faults: list[Fault]) -> None:
        """A finding that stands in the file already, with the same unit and the same facts."""
        if "finding" not in values:
            return
        said = "\0".join(
            (
                str(values.get("unit", "")),
                str(values.get("round", "")),
                plain_name(values["finding"]),
                *map(plain_name, values.get("manifestations", ())),
            )
        )
        key = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        first = self._met.setdefault(key, (self._plan.name, entry.row + 1))
        if first != (self._plan.name, entry.row + 1):
            where = f"“{first[0]}”第 {first[1]} 行" if first[0] != self._plan.name else f"第 {first[1]} 行"
            cell = entry.cells["finding"][0]
            place = f"{first[0]}, row {first[1]}" if first[0] != self._plan.name else f"row {first[1]}"
            faults.append(
                self._fault(
                    "repeated",
                    cell,
                    detail=f"每个问题只列一次（与{where}相同）",
                    detail_en=f"each finding once (the same as {place})",
                )
            )

    def _bounded(self, name: str, cell: Cell, faults: list[Fault]) -> None:
        most = meaning.LIMITS[name]
        if len(cell.words.strip()) > most:
            faults.append(
                self._fault("too_long", cell, detail=f"不超过 {most} 个字", detail_en=f"at most {most} characters")
            )

    def _fault(
        self,
        code: str,
        cell: Cell,
        found: str | None = None,
        names: tuple[str, ...] = (),
        detail: str = "",
        detail_en: str = "",
    ) -> Fault:
        letter = letters(cell.column)
        return fault(
            code,
            sheet=self._plan.name,
            row=cell.row + 1,
            column=letter,
            header=self._plan.heads.get(letter, ""),
            found=cell.words.strip() if found is None else found,
            names=names,
            detail=detail,
            detail_en=detail_en,
        )

    def _missing(self, code: str, name: str, entry: Entry) -> Fault:
        letter = self._letters.get(name, "A")
        header = self._plan.heads.get(letter, "")
        return fault(code, sheet=self._plan.name, row=entry.row + 1, column=letter, header=header, found="")


_shipped: list[Known] = []


def _shipped_categories() -> Known:
    """The shipped scheme, by name and by code."""
    if not _shipped:
        names = {name: entry.code for entry in scheme() for name in (entry.name, entry.name_en, entry.code)}
        _shipped.append(Known(names))
    return _shipped[0]
