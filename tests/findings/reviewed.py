"""Invented papers as the reading leaves them, for the tests of review and entry."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

from xuncha.archive.models import StoredFile
from xuncha.documents.readers import read
from xuncha.extraction.reading import extract
from xuncha.findings.importing.drafting import make_drafts
from xuncha.findings.models import Paper
from xuncha.security.models import User

FEEDBACK = """中共青禾县委第一巡察组关于巡察县卫生健康局党组的反馈意见
根据县委统一部署，十四届县委第八轮巡察对县卫生健康局党组开展了巡察。
一、政治站位不高，服务大局不足
1.理论学习不深入。党组理论学习中心组全年集体学习仅4次。
2.贯彻上级部署打折扣。以文件落实文件，2025年转发上级文件47件，其中39件未提出落实措施。
二、履职担当欠缺，推动工作落实不力
近年来，局党组在基层卫生人才引进方面做了一些工作，群众就医条件有所改善。
1.公共卫生服务专项资金拨付不及时，且窗口未落实一次性告知。抽查的20名办事群众中有11名往返3次以上。
2.应急物资储备账实不符。抽查的8类物资中3类短缺。
三、整改要求
（一）提高政治站位。局党组要认真研究反馈意见，自反馈之日起一个月内制定整改方案。
（二）压实整改责任。党组主要负责人要切实履行第一责任人责任。
"""

JOINT = """在十四届县委第八轮巡察集中反馈会上的讲话
同志们：
十四届县委第八轮巡察对3个单位党组开展了巡察。
一、巡察发现的主要问题
（一）政治建设有差距，贯彻决策部署不够有力
1.学用脱节。有的单位学习计划年年照抄，连年份都忘了改。
2.担当意识不强。县教育局对校舍改造一事，三年开会十几次，至今没有动工。
（二）宗旨意识不牢，群众身边的问题解决不到位
1.服务企业不主动。部分单位项目备案平均耗时12天，比承诺时限多出一倍。
二、整改工作要求
（一）思想上要高度重视。各单位党组要认真对待反馈意见，不得回避问题。
"""


def as_read(folder: Path, text: str, name: str = "paper.txt") -> dict[str, Any]:
    """What the reading hands over of a paper with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    document = read(path)
    return {
        **extract(document).as_json(),
        "text": document.text,
        "blocks": [dataclasses.asdict(block) for block in document.blocks],
        "page_starts": [list(start) for start in document.page_starts],
    }


def make_paper(actor: User, folder: Path, text: str = FEEDBACK, name: str = "反馈意见.txt", **fields: Any) -> Paper:
    """A paper that was read and waits for review."""
    digest = hashlib.sha256(f"{text}{name}".encode()).hexdigest()
    kept = {"size": len(text), "place": f"{digest[:2]}/{digest}", "taken_in_by": actor}
    file, _ = StoredFile.objects.get_or_create(sha256=digest, defaults=kept)
    paper = Paper.objects.create(file=file, name=name, state="review", uploaded_by=actor, **fields)
    make_drafts(paper, as_read(folder, text))
    return paper
