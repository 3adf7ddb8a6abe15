"""An office's own indicator at work: what it gives is looked at, what it does wrong is said."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Iterator

from xuncha.risk.indicator import Indicator


class OwnFault(Exception):
    """A file that cannot be used, or an indicator that failed; `chinese` and `english` say why and what to do."""

    def __init__(self, name: str, chinese: str, english: str) -> None:
        self.name, self.chinese, self.english = name, chinese, english
        super().__init__(f"{name}: {english}")


def reason(fault: BaseException, most: int = 300) -> str:
    """The first line of an error, with its kind."""
    words = next((line.strip() for line in str(fault).splitlines() if line.strip()), "")
    return f"{type(fault).__name__}: {words}"[:most] if words else type(fault).__name__


def fields_of(words: str) -> Iterator[tuple[str, str]]:
    """The fields of a sentence, each with its form. Raises `ValueError`."""
    for _, name, form, _ in string.Formatter().parse(words):
        if name is not None:
            yield name, form or ""


def check_leads(indicator: Indicator, columns: Iterable[str], parameters: Iterable[str]) -> None:
    """Leads must have key, value, threshold, and whatever the sentence names. Raises `OwnFault`."""
    there = set(columns)
    named = {name for words in indicator.sentence for name, _ in fields_of(words)}
    missing = [name for name in (*indicator.key, "value", "threshold") if name not in there]
    missing += sorted(named - there - set(parameters) - set(missing))
    if missing:
        raise OwnFault(
            indicator.code, f"结果缺少列 {'、'.join(missing)}", f"the leads have no column {', '.join(missing)}"
        )


def check_keys(indicator: Indicator, keys: list[str]) -> None:
    """Each lead has a key of its own. Raises `OwnFault`."""
    doubled = next((key for key, count in Counter(keys).items() if count > 1), None)
    if doubled is not None:
        raise OwnFault(indicator.code, "有几条疑点主键相同，应先分组", "several leads have one key: group them first")
