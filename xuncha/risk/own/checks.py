"""The checks that an indicator of an office's own must pass, the same as those of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from xuncha.risk.explaining import MISSIONS
from xuncha.risk.indicator import CHANCE, Indicator
from xuncha.risk.running.guard import OwnFault, fields_of
from xuncha.risk.schema import identities, tables

_CODE: Final = re.compile(r"[A-Z]{2,8}-\d\d")
_VERDICT: Final = re.compile(r"违纪|违法事实|corrupt|guilty", re.I)
_TEXTS: Final = {
    "name": "名称",
    "question": "问题",
    "formula": "规则",
    "false_positives": "常见误报",
    "sentence": "句子",
}


def faults_of(indicator: Indicator, path: Path) -> list[OwnFault]:
    """Everything that is wrong with it."""
    return [OwnFault(path.name, chinese, english) for chinese, english in _faults(indicator, path)]


def _faults(indicator: Indicator, path: Path) -> Iterator[tuple[str, str]]:
    code = indicator.code
    if not _CODE.fullmatch(code):
        yield f"代码“{code}”应为大写字母、横线和两位数字，如 OWN-01", f'code "{code}" should be like OWN-01'
    elif not path.stem.lower().startswith(code.lower().replace("-", "_")):
        begins = code.lower().replace("-", "_")
        yield f"文件名应以 {begins} 开头", f"the file's name should begin with {begins}"
    for name, label in _TEXTS.items():
        if not all(words.strip() for words in getattr(indicator, name)):
            yield f"缺少{label}（{name}）", f"{name} is missing"
    if not indicator.sources.strip():
        yield "缺少出处（sources）：写明依据的条款，惯例写 CV", "sources are missing: a law and article, or CV"
    for parameter in indicator.parameters:
        if not parameter.source.strip():
            yield f"参数 {parameter.name} 缺少出处（source）", f"parameter {parameter.name} has no source"
    for mission in indicator.mission.split(", "):
        if mission not in MISSIONS:
            yield f"mission“{mission}”应为 M1 至 M12", f'mission "{mission}" should be one of M1 to M12'
    if not 0 < indicator.certainty <= 1:
        yield "确定性（certainty）应在 0 到 1 之间", "certainty should be above 0 and at most 1"
    if indicator.statistic is not None and indicator.statistic not in CHANCE:
        yield f"statistic 应为 {'、'.join(CHANCE)} 之一", f"statistic should be one of {', '.join(CHANCE)}"
    if not indicator.key:
        yield "缺少主键（key）", "key is missing"
    yield from _of_tables(indicator)
    yield from _of_sentence(indicator)


def _of_tables(indicator: Indicator) -> Iterator[tuple[str, str]]:
    if not indicator.tables:
        yield "缺少数据表（tables）", "tables are missing"
    for named, columns in indicator.tables.items():
        table = tables().get(named.rstrip("?"))
        if table is None:
            known = "、".join(tables())
            yield (
                f"没有数据表“{named}”，可用：{known}",
                f'there is no table "{named}"; there are: {", ".join(tables())}',
            )
            continue
        for column in columns.split():
            if column.rstrip("?") not in table.columns:
                yield (
                    f"表 {table.name} 没有列“{column}”，可用：{'、'.join(table.columns)}",
                    f'table {table.name} has no column "{column}"; there are: {", ".join(table.columns)}',
                )


def _of_sentence(indicator: Indicator) -> Iterator[tuple[str, str]]:
    for words in indicator.sentence:
        if _VERDICT.search(words):
            yield "句子只说事实，不下结论（不写违纪、违法）", "the sentence says facts, no verdict"
        try:
            fields = list(fields_of(words))
        except ValueError as fault:
            yield f"句子的大括号不成对：{fault}", f"braces of the sentence: {fault}"
            continue
        for name, form in fields:
            if name in identities() and form != "person":
                yield (
                    f"句子里的 {{{name}}} 是个人标识，应写成 {{{name}:person}}",
                    f"{{{name}}} in the sentence is an identity: write {{{name}:person}}",
                )
