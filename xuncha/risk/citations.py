"""Sources as the catalogue abbreviates them, spelled out: ``TB24`` is article 24 of 招标投标法."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple


class Cited(NamedTuple):
    """A law or a method: its name as quoted, in English, and the version that was read."""

    zh: str
    en: str
    version: str = ""


CITED: Final = {
    "TBR": Cited("招标投标法实施条例", "Regulation on the Bidding Law"),
    "TB": Cited("招标投标法", "Bidding Law", "2017"),
    "CGR": Cited("政府采购法实施条例", "Regulation on the Government Procurement Law"),
    "CG": Cited("政府采购法", "Government Procurement Law", "2014"),
    "N16": Cited("国家发展改革委令第16号", "NDRC order 16"),
    "YSR": Cited("预算法实施条例", "Regulation on the Budget Law"),
    "YS": Cited("预算法", "Budget Law", "2018"),
    "TZ": Cited("政府投资条例", "Regulation on Government Investment", "国务院令第712号"),
    "JS": Cited("财建〔2016〕503号", "Caijian 2016 no. 503"),
    "YB": Cited("医疗保障基金使用监督管理条例", "Regulation on Medical Security Funds", "2021"),
    "CFF": Cited("行政处罚法", "Administrative Penalty Law", "2021"),
    "CF": Cited("处方管理办法", "Rules on Prescriptions"),
    "XK": Cited("行政许可法", "Administrative Licence Law", "2019"),
    "ZB": Cited("支部工作条例", "Regulation on Party Branches", "2018"),
    "RY": Cited("干部选拔任用条例", "Regulation on Selecting Cadres", "2019"),
    "XS": Cited("巡视工作条例", "Regulation on Inspection", "2024"),
    "OCP": Cited("开放合同伙伴关系红旗指南", "Open Contracting red-flag guide"),
    "GTI": Cited("腐败风险指数研究", "papers on a corruption risk index"),
    "ARA": Cited("欧盟Arachne", "EU Arachne"),
    "DZ": Cited("Prozorro风险指标", "Prozorro risk indicators"),
    "PR": Cited("监督检查通行做法", "published practice of local supervision"),
    "CV": Cited("惯例，可按县调整", "a convention, to be tuned locally"),
}
_NAMED: Final = re.compile(rf"\b(C-R(\d+)|({'|'.join(CITED)})(\d+(?:-\d+)?)?)(?![\w])")
_PHRASES: Final = {
    "audit practice": "审计通行做法",
    "recusal rules": "回避规定",
    "performance rules": "绩效管理规定",
    "policy text": "政策原文",
    "the violation's own law": "该违法行为所依据的法律",
    "provincial listed price if given": "有省级挂网价的用挂网价",
    "round's letter": "本轮反馈函",
    "days local": "天数按本地规定",
    "principles": "的原则",
    "practice": "通行做法",
    "parity": "对照模式",
    "WD": "个工作日",
}


def spelled_out(sources: str, language: Literal["zh", "en"]) -> str:
    """Sources in full words; what is no abbreviation stays as it is."""

    def full(match: re.Match[str]) -> str:
        if match[2]:
            return f"Cardinal R{match[2]}"
        cited, article = CITED[match[3]], match[4]
        if language == "en":
            return f"{cited.en}{f' art. {article}' if article else ''}"
        return f"{cited.zh}{f'{article}条' if article else ''}"

    said = _NAMED.sub(full, sources)
    if language == "en":
        return said
    for english, chinese in _PHRASES.items():
        said = re.sub(rf"(?<![\w]){re.escape(english)}(?![\w])", chinese, said)
    said = re.sub(r", +", "、", said)
    return re.sub(r"; +", "；", re.sub(r": +", "：", said)).replace(" 的", "的")
