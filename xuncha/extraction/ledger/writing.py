"""Findings into a ledger such as offices keep: one row a finding, its further sheets beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xuncha.documents.writers.workbook import Column, Properties, Row, Sheet, Value, write_workbook
from xuncha.extraction.ledger.categories import category_name
from xuncha.extraction.ledger.entries import joined, path_words, units_words
from xuncha.extraction.ledger.layout import (
    COLUMNS,
    FACT_ROWS,
    GROUP_COLUMNS,
    KINDS,
    REQUIREMENT_COLUMNS,
    OwnColumn,
    group_cell,
    headings_above,
    shown_status,
)
from xuncha.extraction.ledger.words import STATUS_CHOICES, facet_word
from xuncha.extraction.model import SCHEMA, Extraction, Finding

MARK = "xuncha"
"""Name of the document property by which a ledger of this product is known."""
UNSURE_BELOW = 0.6


def write_ledger(path: Path, extractions: Sequence[Extraction], *, version: str = "") -> None:
    """Write one ledger with the findings of all ``extractions``. Raises `OSError` when it cannot be written."""
    title = _title(extractions)
    sheets = [_main(extractions, title), _requirements(extractions), _facts(extractions)]
    groups = _groups(extractions)
    if groups.rows:
        sheets.append(groups)
    properties = Properties(title=title, application=f"xuncha {version}".strip(), custom={MARK: SCHEMA})
    write_workbook(path, sheets, properties=properties)


def is_own_workbook(path: Path) -> bool:
    """Whether a file is a ledger that this product wrote; false for anything else, readable or not."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as container:
            part = container.getinfo("docProps/custom.xml")
            return part.file_size < 65_536 and f'name="{MARK}"'.encode() in container.read(part)
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return False


def _title(extractions: Sequence[Extraction]) -> str:
    rounds = {extraction.facts.round for extraction in extractions}
    round_ = next(iter(rounds)) if len(rounds) == 1 else None
    return f"{round_ or ''}{'' if round_ and '巡' in round_ else '巡察'}反馈问题整改台账"


def _subtitle(extractions: Sequence[Extraction]) -> str:
    items = sum(finding.level == "item" for extraction in extractions for finding in extraction.findings)
    parts = [f"问题 {items} 个"]
    units = {extraction.facts.unit for extraction in extractions}
    if len(units) == 1 and (unit := next(iter(units))):
        parts.insert(0, f"被巡察单位：{unit}")
    inspectors = {extraction.facts.inspector for extraction in extractions}
    dates = {extraction.facts.feedback_date for extraction in extractions}
    if len(inspectors) == 1 and (inspector := next(iter(inspectors))):
        parts.append(f"巡察机构：{inspector}")
    if len(dates) == 1 and (date := next(iter(dates))):
        parts.append(f"反馈日期：{date}")
    names = [extraction.document.name for extraction in extractions]
    parts.append(f"来源：{names[0]}" if len(names) == 1 else f"来源：{len(names)} 份文件")
    unsure = sum(
        finding.level == "item" and finding.confidence < UNSURE_BELOW
        for extraction in extractions
        for finding in extraction.findings
    )
    if unsure:
        parts.append(f"把握不足、请先核对的 {unsure} 个（见“把握程度”列）")
    return "　　".join(parts)


def _columns(own: Sequence[OwnColumn]) -> tuple[Column, ...]:
    choices = {
        "status": STATUS_CHOICES,
        "nature": ("共性", "个性"),
        "origin": ("历史遗留", "新情况"),
        "immediate": ("是", "否"),
    }
    return tuple(
        Column(
            column.heading,
            column.width,
            align="center" if column.centred else "left",
            choices=choices.get(column.field, ()),
            number_format="0%" if column.field == "confidence" else "",
            merged=column.field == "group",
            printed=column.printed,
        )
        for column in own
    )


def _main(extractions: Sequence[Extraction], title: str) -> Sheet:
    rows: list[Row] = []
    for position, extraction in enumerate(extractions):
        groups: list[Finding] = []
        for finding in extraction.findings:
            if finding.level == "group":
                groups.append(finding)
                continue
            above = headings_above(groups, finding.path)
            shown = group_cell([(group.path, extraction.words(group.title) or "") for group in above])
            # Rows are joined only under the very same headings of the same paper.
            key = f"{position}:{'/'.join(str(id(group)) for group in above)}" if above else ""
            cells = {**_cells(extraction, finding), "number": len(rows) + 1, "group": shown}
            rows.append(Row(tuple(cells.get(column.field) for column in COLUMNS), group=key))
    return Sheet(
        name="问题整改台账",
        title=title,
        subtitle=_subtitle(extractions),
        columns=_columns(COLUMNS),
        rows=rows,
        filtered=True,
        frozen_columns=1,
        blank="未发现问题",
    )


def _cells(extraction: Extraction, finding: Finding) -> dict[str, Value]:
    """The cells of a finding by field; what it does not say stays empty, to be filled in."""
    stated = finding.stated
    page = extraction.document.page_at(finding.title.start)
    return {
        "path": path_words(finding.path),
        "unit": units_words(finding.units),
        "title": extraction.words(finding.title),
        "evidence": joined([extraction.words(span) or "" for span in finding.evidence]),
        "immediate": "是" if finding.immediate else None,
        "measures": joined([extraction.words(span) or "" for span in finding.measures]),
        "leader": stated.get("leader"),
        "department": stated.get("department"),
        "person": stated.get("person"),
        "due": stated.get("due"),
        "status": shown_status(finding),
        "category": category_name(finding.category),
        "nature": facet_word(finding.nature),
        "origin": facet_word(finding.origin),
        "severity": facet_word(finding.severity),
        "page": page,
        "source": extraction.document.name,
        "confidence": round(finding.confidence, 2),
        "reasons": joined(finding.category_reasons),
        "stated_status": stated.get("status"),
    }


def _groups(extractions: Sequence[Extraction]) -> Sheet:
    rows: list[Row] = []
    following = 1
    for extraction in extractions:
        for finding in extraction.findings:
            if finding.level != "group":
                following += 1
                continue
            cells: dict[str, Value] = {**_cells(extraction, finding), "before": following}
            rows.append(Row(tuple(cells.get(column.field) for column in GROUP_COLUMNS)))
    return Sheet(name="问题分组", title="问题分组", columns=_columns(GROUP_COLUMNS), rows=rows, frozen_columns=3)


def _requirements(extractions: Sequence[Extraction]) -> Sheet:
    rows: list[Row] = []
    for extraction in extractions:
        for requirement in extraction.requirements:
            cells: dict[str, Value] = {
                "number": len(rows) + 1,
                "title": extraction.words(requirement.title),
                "duties": joined([extraction.words(span) or "" for span in requirement.duties]),
                "due": requirement.due,
                "path": path_words(requirement.path),
                "source": extraction.document.name,
            }
            rows.append(Row(tuple(cells.get(column.field) for column in REQUIREMENT_COLUMNS)))
    return Sheet(
        name="整改要求",
        title="整改要求清单",
        columns=_columns(REQUIREMENT_COLUMNS),
        rows=rows,
        frozen_columns=1,
        blank="文件未提出整改要求",
    )


def _facts(extractions: Sequence[Extraction]) -> Sheet:
    told = [_told(extraction) for extraction in extractions]
    one = len(extractions) == 1
    columns = (
        Column("项目", 22),
        *(Column("内容" if one else f"文件{number}", 80 if one else 36) for number in range(1, len(told) + 1)),
    )
    rows = [Row((label, *(facts.get(name) for facts in told))) for name, label in FACT_ROWS]
    return Sheet(name="文件信息", title="文件信息", columns=columns, rows=rows, landscape=not one, frozen_columns=1)


def _told(extraction: Extraction) -> dict[str, Value]:
    document, facts = extraction.document, extraction.facts
    return {
        "name": document.name,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
        "kind": KINDS.get(facts.kind, facts.kind),
        "title": facts.title,
        "unit": facts.unit,
        "inspector": facts.inspector,
        "round": facts.round,
        "feedback_date": facts.feedback_date,
        **{name: None if value is None else str(value) for name, value in facts.totals.items()},
        "root_causes": joined([extraction.words(cause) or "" for cause in extraction.root_causes]),
        "truncated": "是" if document.truncated else "否",
        "warnings": joined([*extraction.warnings]),
    }
