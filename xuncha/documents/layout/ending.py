"""Whether a text breaks off in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xuncha.documents.layout.strips import CLOSING
from xuncha.documents.model import Block
from xuncha.documents.values.dates import find_dates
from xuncha.documents.values.numbering import marker_at

_ENDS = frozenset("。！？；：…!?;:.＿_—－-~～*※]】")
_POINTS = re.compile(r"[，,。；;]")
_SIGNATURE = re.compile(
    r"(?:委员会|党委|党组|党总支|党支部|总支|支部|委|政府|办公室|巡察组|组|巡察办|局|院|部|处|科|办|中心|公司|集团|学校|大学"
    r"|学院|医院|纪委|监委|镇|乡|村|街道|单位|所|站|队|会|社|厂|厅|行)$"
)
_LEADS = re.compile(
    r"^[（(【\[]?(?:附件?|附表|注|说明|联系|电话|邮箱|电子邮箱|地址|邮编|邮政编码|抄送|主送|分送|印发|来源|作者|编辑|记者|通讯员|供稿"
    r"|审核|举报|监督|传真|网址|责任|牵头|完成|序号|填表|填报|审批|签字|主题词|日期|时间)[^，,。；;]{0,14}(?:[：:]|$)"
)
_CONTACT = re.compile(r"\d{3,4}-\d{6,8}|1\d{10}|\S@\S|www\.|https?:")
# Words and points with which no line of a paper ends.
_HANGING = re.compile(r"(?:[，、,]|[^目标]的|[和与及在对将把被从并而但或因])$")
_OPENERS = {"“": "”", "（": "）", "(": ")", "《": "》", "‘": "’"}


def breaks_off(texts: Sequence[str], blocks: Sequence[Block]) -> bool:
    """Whether the last of ``texts`` (the last blocks of a document) stops within a sentence.

    Signatures, dates, contacts, short headings and table rows do not; a quotation mark left open does.
    """
    if not texts or blocks[-1].kind != "paragraph":
        return False
    text = texts[-1].rstrip()
    if not text or text[-1] in _ENDS:
        return False
    if text[-1] in CLOSING:
        return False
    if "\t" in text or "  " in text or "\u3000\u3000" in text:
        return False
    if _CONTACT.search(text[-40:]) or _LEADS.match(text):
        return False
    last = re.split(r"[。！？!?]", text)[-1]
    dates = find_dates(text[-24:])
    if dates and dates[-1].precision == "day" and dates[-1].end == len(text[-24:]) and len(last) <= 30:
        return False
    if len(text) > len(last):
        # Sentences, and then one without an end.
        return True
    if any(last.count(opening) > last.count(closing) for opening, closing in _OPENERS.items()):
        return True
    if _HANGING.search(text):
        return True
    points = len(_POINTS.findall(text))
    if len(texts) == 1 or (not points and _SIGNATURE.search(text)):
        return False
    # A line of its own: only one with the build of a sentence can be cut, and headings hold a comma at times.
    return points >= 2 and len(text) >= 16 if marker_at(text) else points >= 1 and len(text) >= 10
