"""A paper that findings were read from, as it stands when it was entered."""

from __future__ import annotations

from typing import Any

from xuncha.archive.models import StoredFile
from xuncha.findings.models import Finding, Paper

STATEMENT = "公共卫生服务专项资金拨付不及时，2025年第二、三季度资金到账后平均滞留94天才拨付到乡镇卫生院"
FACTS = ("松坪、石桥两个卫生院超过120天", "涉及资金286.40万元")
BEFORE = "（三）风险防范意识薄弱。对药品采购等重点领域风险研判不够，有的预案多年未修订；"
TEXT = "\n".join(
    (
        "关于巡察县卫生健康局党组的反馈意见",
        "二、发现的主要问题",
        f"{BEFORE}{STATEMENT}，其中{FACTS[0]}；{FACTS[1]}。",
        "教育局食堂采购不规范，另文反馈。",
        "三、整改要求",
    )
)


def paper_of(finding: Finding, user: Any, text: str = TEXT) -> Paper:
    """Lay down the paper, and tie the finding and its facts to their places in it; its second page begins there."""
    stored = StoredFile.objects.create(sha256=f"{finding.pk:064}", size=len(text), place="no/where", taken_in_by=user)
    paper = Paper.objects.create(
        file=stored,
        name="反馈意见.docx",
        text=text,
        state="entered",
        uploaded_by=user,
        reading={"blocks": [], "page_starts": [[0, 2], [text.index("二、"), 3]]},
    )
    finding.paper, finding.page = paper, 3
    finding.start = text.index(finding.statement)
    finding.end = finding.start + len(finding.statement)
    finding.save()
    for fact in finding.manifestations.all():
        fact.start = text.index(fact.text)
        fact.end, fact.page = fact.start + len(fact.text), 3
        fact.save()
    return paper
