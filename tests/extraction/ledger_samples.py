"""Invented extractions for the tests of ledgers: papers of counties that do not exist."""

from __future__ import annotations

from pathlib import Path

from xuncha.documents.model import Block, Document, Origins
from xuncha.extraction.model import Extraction, Facts, Finding, Requirement, Span


class Paper:
    """Builds a canonical text piece by piece and hands out the spans."""

    def __init__(self, name: str = "反馈.docx", *, truncated: bool = False) -> None:
        self._name, self._truncated = name, truncated
        self._text = ""
        self._blocks: list[Block] = []

    def say(self, words: str) -> Span:
        if self._text:
            self._text += "\n"
        span = Span(len(self._text), len(self._text) + len(words))
        self._text += words
        self._blocks.append(Block("paragraph", span.start, span.end, len(self._blocks) + 1, page=1))
        return span

    def document(self) -> Document:
        return Document(
            path=Path(self._name),
            format="docx",
            sha256="0" * 64,
            text=self._text,
            blocks=tuple(self._blocks),
            source=self._text,
            origins=Origins((0,), (0,), (len(self._text),)),
            page_starts=((0, 1), (len(self._text) // 2, 2)),
            truncated=self._truncated,
        )


def sample(name: str = "青石县水务局反馈意见.docx") -> Extraction:
    """A small feedback paper: two levels of groups, every facet somewhere, two demands, one cause."""
    paper = Paper(name)
    say = paper.say
    findings = [
        Finding(("一",), "group", say("政治站位不够高"), category="political.overall", confidence=0.9),
        Finding(("一", "(一)"), "group", say("学习走过场"), units=["县水务局"]),
        Finding(
            ("一", "(一)", "1"),
            "item",
            say("党组学习以念文件代替研讨"),
            evidence=[say("全年12次学习有9次没有讨论记录"), say("=3名班子成员从未作过发言")],
            units=["县水务局", "河库管理站"],
            category="political.theory",
            category_reasons=["学习", "念文件"],
            nature="common",
            origin="legacy",
            confidence=0.85,
        ),
        Finding(
            ("一", "(一)", "2"), "item", say("对水网规划只传达不落实"), category="political.overall", confidence=0.4
        ),
        Finding(("二",), "group", say("廉洁风险防控不严")),
        Finding(
            ("二", "一是"),
            "item",
            say("采购未经比价"),
            evidence=[say("1．泵房配件三次采购均由同一家商店供货")],
            measures=[say("制定采购比价办法。组织全员培训"), say("追回多付货款1.2万元")],
            category="integrity.finance",
            nature="individual",
            origin="emerging",
            immediate=True,
            severity="较重",
            status="done",
            stated={
                "leader": "甲某",
                "department": "计财股",
                "person": "乙某",
                "due": "2031年6月底前",
                "status": "整改完成",
            },
            confidence=0.7,
        ),
        Finding(("二", "二是"), "item", say("-台账与实物不符"), status="in_progress", stated={"status": "正在整改"}),
        Finding((), "item", say("部分站点长期无人值守"), status="long_term"),
    ]
    requirements = [
        Requirement(("一",), say("压实整改责任"), [say("主要负责人牵头整改"), say("两个月内报送方案")], due="两个月内"),
        Requirement((), None, [say("举一反三建章立制")]),
    ]
    causes = [say("管党治党责任没有层层传导")]
    facts = Facts(
        kind="feedback",
        title="关于对县水务局党组巡察的反馈意见",
        unit="县水务局党组",
        inspector="县委第二巡察组",
        round="十二届青石县委第五轮",
        feedback_date="2031-03-05",
        totals={"findings": 5, "completed": 1, "money_recovered_yuan": 12000.5},
    )
    return Extraction(paper.document(), facts, findings, requirements, causes, ["第 3 页有一处看不清"])
