"""What the office has set."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from xuncha.rulebook.models import Category, DeadlineRule, Holiday, Office, Scheme, Sector, WorkWeek
from xuncha.vocabulary.days import Alert, Counting, OnRest, TimeUnit, WorkCalendar, due_on


def office() -> Office:
    """The office of this installation; before anything was set, one with the shipped words."""
    return Office.objects.filter(pk=1).first() or Office(pk=1)


def leading_scheme() -> Scheme:
    """The scheme that lists, pictures and counts use."""
    return Scheme.objects.get(is_leading=True)


def active_schemes() -> QuerySet[Scheme]:
    """The schemes in use, the leading one first."""
    return Scheme.objects.filter(state=Scheme.State.ACTIVE).order_by("-is_leading", "order", "id")


def schemes() -> QuerySet[Scheme]:
    """All schemes, the leading one first, retired ones last; each with ``category_count`` of those in use."""
    in_use = Count("categories", filter=Q(categories__retired_on__isnull=True))
    return Scheme.objects.annotate(category_count=in_use).order_by("-is_leading", "state", "order", "id")


def find_scheme(pk: int) -> Scheme | None:
    """The scheme, or null."""
    return Scheme.objects.filter(pk=pk).first()


def categories(scheme: Scheme, *, with_retired: bool = False) -> QuerySet[Category]:
    """The categories of a scheme in their order."""
    rows = Category.objects.filter(scheme=scheme)
    return (rows if with_retired else rows.filter(retired_on__isnull=True)).order_by("order", "id")


def sectors() -> QuerySet[Sector]:
    """The sectors in their order."""
    return Sector.objects.order_by("order", "id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A category as somebody wants it to be. ``became``: the code of the one that takes its place, empty for none.

    An empty ``code`` is a new category that gets one.
    """

    code: str
    name: str
    letter: str = ""
    name_en: str = ""
    group: str = ""
    is_retired: bool = False
    became: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What would become of one category: ``kind`` is added, changed, retired, returned or mapped.

    ``fields`` maps name to before and after; ``category`` is null for a new one.
    """

    kind: str
    category: Category | None
    wanted: Wanted
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


LONGEST: Final = {"code": 60, "letter": 10, "name": 60, "name_en": 80, "group": 60}


def completed(scheme: Scheme, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The wanted categories with a code each, and, retired, those of the scheme that nobody named any more."""
    known = {category.code: category for category in categories(scheme, with_retired=True).select_related("became")}
    by_name = {category.name: code for code, category in known.items()}
    taken = {row.code for row in wanted} | known.keys()
    found = []
    for row in wanted:
        code = row.code or (by_name.get(row.name, "") if by_name.get(row.name) not in {r.code for r in wanted} else "")
        if not code:
            code = next(f"own.{i}" for i in range(1, 10_000) if f"own.{i}" not in taken)
        taken.add(code)
        found.append(Wanted(code, row.name, row.letter, row.name_en, row.group, row.is_retired, row.became))
    named = {row.code for row in found}
    for code, category in known.items():
        if code not in named:
            became = category.became.code if category.became else ""
            found.append(Wanted(code, category.name, category.letter, category.name_en, category.group, True, became))
    return found


def faults_of(wanted: Sequence[Wanted]) -> list[tuple[int, str, str, str]]:
    """What is wrong with the wanted categories: position from 1, field, code of the fault, what was found."""
    faults: list[tuple[int, str, str, str]] = []
    codes = [row.code for row in wanted]
    in_use = {row.code for row in wanted if not row.is_retired}
    names = [row.name for row in wanted if not row.is_retired]
    for i, row in enumerate(wanted, start=1):
        for name, most in LONGEST.items():
            if len(getattr(row, name)) > most:
                faults.append((i, name, "too_long", getattr(row, name)[:20]))
        if not row.name:
            faults.append((i, "name", "required", row.code))
        elif not row.is_retired and names.count(row.name) > 1:
            faults.append((i, "name", "name_twice", row.name))
        if codes.count(row.code) > 1:
            faults.append((i, "code", "code_twice", row.code))
        if row.became and row.became not in codes:
            faults.append((i, "became", "unknown_category", row.became))
        elif row.became and row.became not in in_use:
            faults.append((i, "became", "became_is_retired", row.became))
    if not in_use:
        faults.append((0, "name", "none_in_use", ""))
    return faults


def differences(scheme: Scheme, wanted: Sequence[Wanted]) -> list[Difference]:
    """What the completed wanted categories would change, in their order."""
    known = {category.code: category for category in categories(scheme, with_retired=True).select_related("became")}
    order = [code for code in known if code in {row.code for row in wanted}]
    asked = [row.code for row in wanted if row.code in known]
    found = []
    for row in wanted:
        category = known.get(row.code)
        if category is None:
            found.append(Difference("added", None, row))
            continue
        now = {
            "name": category.name,
            "letter": category.letter,
            "name_en": category.name_en,
            "group": category.group,
            "became": category.became.code if category.became else "",
        }
        fields = {name: (before, getattr(row, name)) for name, before in now.items() if before != getattr(row, name)}
        was_retired = category.retired_on is not None
        if row.is_retired and (not was_retired or "became" in fields):
            found.append(Difference("mapped" if row.became else "retired", category, row, fields))
        elif was_retired and not row.is_retired:
            found.append(Difference("returned", category, row, fields))
        elif fields:
            found.append(Difference("changed", category, row, fields))
        elif _place(order, row.code) != _place(asked, row.code):
            found.append(Difference("moved", category, row, {"order": _neighbours(order, asked, row.code)}))
    return found


def _place(codes: Sequence[str], code: str) -> str:
    """The code before it: of a list in which one was moved, only that one and its neighbours count as moved."""
    i = codes.index(code)
    return codes[i - 1] if i else ""


def _neighbours(before: Sequence[str], after: Sequence[str], code: str) -> tuple[str, str]:
    return str(before.index(code) + 1), str(after.index(code) + 1)


def work_week() -> WorkWeek:
    """The weekdays of rest; before anything was set, Saturday and Sunday."""
    return WorkWeek.objects.filter(pk=1).first() or WorkWeek(pk=1)


def holidays(year: int | None = None) -> QuerySet[Holiday]:
    """The days that differ from their weekday, of a year or of all."""
    return Holiday.objects.all() if year is None else Holiday.objects.filter(day__year=year)


def years_of_holidays() -> list[int]:
    """The years of which holidays are known, the newest first."""
    return sorted({day.year for day in Holiday.objects.dates("day", "year")}, reverse=True)


def weekdays(words: str) -> frozenset[int]:
    """The weekdays of a `WorkWeek` as numbers."""
    return frozenset(int(each) for each in words.split(",") if each)


def work_calendar() -> WorkCalendar:
    """The calendar by which time runs, in two queries."""
    return calendar_of(weekdays(work_week().rest_weekdays), Holiday.objects.all())


@dataclass(frozen=True, slots=True)
class WantedDay:
    """A day that differs from its weekday, as somebody wants it."""

    day: datetime.date
    is_off: bool
    name: str
    name_en: str = ""
    source: str = ""


def calendar_of(rest: frozenset[int], days: Iterable[Holiday | WantedDay]) -> WorkCalendar:
    """The calendar that these weekdays and days make."""
    kept = list(days)
    return WorkCalendar(
        rest, frozenset(each.day for each in kept if each.is_off), frozenset(e.day for e in kept if not e.is_off)
    )


def calendar_with(rest: frozenset[int], wanted: Sequence[WantedDay]) -> WorkCalendar:
    """The calendar as it would be: of the years that the wanted days name, those days alone."""
    years = {each.day.year for each in wanted}
    return calendar_of(rest, [*(each for each in Holiday.objects.all() if each.day.year not in years), *wanted])


def day_differences(wanted: Sequence[WantedDay]) -> list[tuple[WantedDay | None, WantedDay | None]]:
    """What the wanted days change in the years they name: before and after, by day; null where there is none."""
    years = {each.day.year for each in wanted}
    before = {each.day: as_wanted(each) for each in Holiday.objects.all() if each.day.year in years}
    after = {each.day: each for each in wanted}
    return [
        (before.get(day), after.get(day))
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    ]


def as_wanted(holiday: Holiday) -> WantedDay:
    """A day as it is."""
    return WantedDay(holiday.day, holiday.is_off, holiday.name, holiday.name_en, holiday.source)


def deadline_rules(*, with_retired: bool = False) -> QuerySet[DeadlineRule]:
    """The deadlines in their order."""
    return DeadlineRule.objects.all() if with_retired else DeadlineRule.objects.filter(is_active=True)


def find_deadline_rule(pk: int) -> DeadlineRule | None:
    """The deadline, or null."""
    return DeadlineRule.objects.filter(pk=pk).first()


Rules = Mapping[str, tuple[str, Counting]]
"""Deadlines as the reckoning takes them: code to what the time runs from and how it is counted."""


def rules_of(rules: Iterable[DeadlineRule]) -> Rules:
    """Rows as the reckoning takes them."""
    return {rule.code: (rule.base, rule.counting) for rule in rules}


def due_days(rules: Rules, handed_on: datetime.date, work: WorkCalendar) -> dict[str, datetime.date]:
    """When each step is due where feedback was handed over on that day, by the code of its rule."""
    period = rules.get(DeadlineRule.PERIOD)
    bases = {DeadlineRule.Base.HANDED_OVER.value: handed_on}
    if period is not None:
        bases[DeadlineRule.Base.PERIOD_END.value] = due_on(period[1], handed_on, work)
    return {code: due_on(counting, bases[base], work) for code, (base, counting) in rules.items() if base in bases}


@dataclass(frozen=True, slots=True)
class WantedRule:
    """A deadline as somebody wants it. ``alerts`` as `Alert`, in any order."""

    name: str
    base: str
    amount: int | None
    unit: str
    from_next_day: bool
    on_rest: str
    alerts: tuple[Alert, ...] = ()
    name_en: str = ""
    source: str = ""
    is_active: bool = True

    @property
    def counting(self) -> Counting:
        """As the arithmetic takes it; only of one without faults."""
        return Counting(self.amount or 0, TimeUnit(self.unit), self.from_next_day, OnRest(self.on_rest))

    @property
    def fields(self) -> dict[str, Any]:
        """What the row of it holds."""
        alerts = [
            {**asdict(alert), "recipients": list(alert.recipients)}
            for alert in sorted(self.alerts, key=lambda alert: -alert.days_left)
        ]
        return {**{name: getattr(self, name) for name in RULE_FIELDS if name != "alerts"}, "alerts": alerts}


RULE_FIELDS: Final = (
    *("name", "name_en", "base", "amount", "unit", "from_next_day", "on_rest", "alerts", "source", "is_active"),
)
RULE_CHOICES: Final = {
    "base": DeadlineRule.Base.choices,
    "unit": DeadlineRule.Unit.choices,
    "on_rest": DeadlineRule.Rest.choices,
    "colour": DeadlineRule.Colour.choices,
    "told": DeadlineRule.Told.choices,
}
"""What a deadline and its alerts can choose from, code and label."""
MOST_ALERTS: Final = 5
# Ten years: what is longer is a mistake in typing.
MOST_TIME: Final = {DeadlineRule.Unit.DAYS: 3650, DeadlineRule.Unit.WORKING_DAYS: 2500, DeadlineRule.Unit.MONTHS: 120}
MOST_DAYS_LEFT: Final = 366


def rule_as_wanted(rule: DeadlineRule) -> WantedRule:
    """A deadline as it is."""
    return WantedRule(**{name: getattr(rule, name) for name in RULE_FIELDS if name != "alerts"}, alerts=rule.warnings)


def faults_of_rule(wanted: WantedRule, *, code: str) -> dict[str, str]:
    """What is wrong with a wanted deadline: field to code of the fault; of an alert ``alert-N``, from 0."""
    faults: dict[str, str] = {}
    if not wanted.name.strip():
        faults["name"] = "required"
    for name, most in (("name", 60), ("name_en", 80), ("source", 200)):
        if len(getattr(wanted, name)) > most:
            faults[name] = "too_long"
    choices = (("base", DeadlineRule.Base), ("unit", DeadlineRule.Unit), ("on_rest", DeadlineRule.Rest))
    for name, known in choices:
        if getattr(wanted, name) not in known.values:
            faults[name] = "required"
    if wanted.amount is None:
        faults["amount"] = "required"
    elif "unit" not in faults and wanted.amount > MOST_TIME[DeadlineRule.Unit(wanted.unit)]:
        faults["amount"] = "too_much_time"
    elif "unit" not in faults and wanted.amount == 0 and wanted.unit != DeadlineRule.Unit.DAYS:
        faults["amount"] = "no_time"
    if code == DeadlineRule.PERIOD:
        if wanted.base != DeadlineRule.Base.HANDED_OVER:
            faults["base"] = "period_has_its_base"
        if not wanted.is_active:
            faults["is_active"] = "period_is_needed"
    seen: set[int] = set()
    for i, alert in enumerate(wanted.alerts):
        if not alert.word.strip() or len(alert.word) > 20 or len(alert.word_en) > 40:
            faults[f"alert-{i}"] = "alert_needs_a_word"
        elif alert.colour not in DeadlineRule.Colour.values:
            faults[f"alert-{i}"] = "alert_needs_a_colour"
        elif not alert.recipients or set(alert.recipients) - set(DeadlineRule.Told.values):
            faults[f"alert-{i}"] = "alert_needs_somebody"
        elif abs(alert.days_left) > MOST_DAYS_LEFT:
            faults[f"alert-{i}"] = "alert_too_far"
        elif alert.days_left in seen:
            faults[f"alert-{i}"] = "alert_twice"
        seen.add(alert.days_left)
    return faults
