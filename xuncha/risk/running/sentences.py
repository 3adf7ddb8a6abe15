"""A lead in one sentence: value, limit, source, rows. Persons are masked."""

from __future__ import annotations

import datetime as dt
import string
from collections import Counter
from decimal import Decimal
from typing import Any

from xuncha.risk.indicator import Words
from xuncha.risk.running.leads import NOTICE, Lead
from xuncha.risk.schema import tables


class _Form(string.Formatter):
    """Fields by kind: ``{fen:yuan}``, ``{share:pct}``, ``{x:num}``, ``{who:person}``."""

    def format_field(self, value: Any, kind: str) -> str:
        if value is None:
            return "—"
        match kind:
            case "yuan":
                return _plain(Decimal(int(value)) / 100, 2)
            case "pct":
                return f"{float(value) * 100:.1f}%"
            case "num":
                return _plain(value, 2)
            case "person":
                return f"****{str(value)[-4:]}"
            case "":
                return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)
            case _:
                return str(super().format_field(value, kind))


def _plain(value: Any, digits: int) -> str:
    words = f"{value:,.{digits}f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def sentence(lead: Lead, settings: dict[str, Any], skipped: int) -> Words:
    """The sentence of a lead, Chinese and English."""
    form, indicator = _Form(), lead.indicator
    named = {**settings, **lead.fields}
    counts = Counter(row.table for row in lead.evidence)
    zh = [f"{indicator.code} {indicator.name.zh}：{form.vformat(indicator.sentence.zh, (), named)}"]
    en = [f"{indicator.code} {indicator.name.en}: {form.vformat(indicator.sentence.en, (), named)}"]
    if counts:
        zh.append("依据：" + "、".join(f"{tables()[table].zh}{count}行" for table, count in counts.items()))
        en.append("rows: " + ", ".join(f"{tables()[table].en} {count}" for table, count in counts.items()))
    zh.append(f"跳过{skipped}行")
    en.append(f"{skipped} rows skipped")
    if (priority := lead.priority) is not None:
        terms = (priority.certainty, priority.size, priority.breadth, priority.recency)
        zh.append("优先级{}=确定性{}+规模{}+广度{}+时效{}".format(priority.total, *terms))
        en.append("priority {} = certainty {} + size {} + breadth {} + recency {}".format(priority.total, *terms))
    return Words("；".join(zh) + f"。{NOTICE.zh}。", "; ".join(en) + f". {NOTICE.en.capitalize()}.")
