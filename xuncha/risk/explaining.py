"""An indicator explained: the page of docs/indicators/, and what `xuncha risk explain` says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from xuncha.risk.citations import CITED, spelled_out
from xuncha.risk.indicator import CHANCE, Indicator, Parameter
from xuncha.risk.running.leads import NOTICE
from xuncha.risk.schema import tables

MISSIONS: Final = {
    "M1": ("风险排查预警不健全", "risks are not looked for"),
    "M2": ("专项资金拨付不及时、效益不高", "special funds paid late or used poorly"),
    "M3": ("采购不透明、与供应商利益捆绑", "purchasing in the dark, tied to suppliers"),
    "M4": ("过度检查、过度用药", "too many examinations and drugs"),
    "M5": ("审核不严、优亲厚友", "lax checks, favours to kin and friends"),
    "M6": ("预算评审、竣工决算把关不严", "lax review of budgets and final accounts"),
    "M7": ("选择性、人情、随意执法", "selective or arbitrary enforcement"),
    "M8": ("下放后效率不升反降", "delegated approvals that got slower"),
    "M9": ("三会一课不严格", "party meetings not held"),
    "M10": ("论资排辈", "promotion by seniority"),
    "M11": ("整改走过场、屡改屡犯", "rectification for show, problems that return"),
    "M12": ("财务管理、蝇贪蚁腐", "lax accounts, petty corruption"),
}
_STATISTICS: Final = {
    "rz": ("稳健z分数", "robust z-score"),
    "fence": ("四分位围栏（第8型分位数）", "fence of quartiles (type 8)"),
    "ratio": ("比率检验RATIO", "RATIO of the catalogue"),
}


def page(indicator: Indicator) -> str:
    """The page of an indicator in Markdown, English and Chinese."""
    return "\n".join([*_head(indicator), *_reads(indicator), *_thresholds(indicator), *_leads(indicator)]) + "\n"


FAMILIES: Final = {
    "PROC": ("招标采购", "procurement"),
    "HOSP": ("医院", "hospitals"),
    "SUB": ("惠民补贴", "subsidies"),
    "FUND": ("专项资金", "funds"),
    "PROJ": ("工程项目", "projects"),
    "ENF": ("行政执法", "enforcement"),
    "APPR": ("行政审批", "approvals"),
    "PARTY": ("党的组织生活", "party life"),
    "HR": ("选人用人", "personnel"),
    "EXP": ("财务报销", "expenses"),
    "SAFE": ("安全生产", "safety"),
    "RECT": ("整改", "rectification"),
}


def index(indicators: Iterable[Indicator]) -> str:
    """The page that leads to the others: what each asks, by family, and what the sources are called in full."""
    lines = [
        "# Indicators 指标目录",
        "",
        "Each asks one question of an office's tables. What it finds are leads, to be verified, never verdicts.",
        "每项指标问一个问题；得出的是疑点，需核实，不是结论。",
    ]
    family = ""
    for indicator in indicators:
        if indicator.family != family:
            family = indicator.family
            lines += ["", f"## {FAMILIES[family][0]} {FAMILIES[family][1]}", ""]
            lines += ["| Code | Name | Question |", "| --- | --- | --- |"]
        name, question = indicator.name, indicator.question
        link = f"[{indicator.code}]({indicator.code}.md)"
        lines.append(f"| {link} | {name.zh} {name.en} | {question.zh} {question.en} |")
    lines += ["", "## Sources 出处", "", "A source is checked for revision before each round 每轮前核对是否修订。", ""]
    lines += ["| In the code | In full | Version read |", "| --- | --- | --- |"]
    lines += [f"| `{short}` | {cited.zh} {cited.en} | {cited.version or '—'} |" for short, cited in CITED.items()]
    return "\n".join(lines) + "\n"


def _head(indicator: Indicator) -> list[str]:
    missions = indicator.mission.split(", ")
    return [
        f"# {indicator.code} {indicator.name.zh} {indicator.name.en}",
        "",
        f"{indicator.question.zh} {indicator.question.en}",
        "",
        f"**{NOTICE.zh}** ({NOTICE.en}). {'; '.join(f'{m} {MISSIONS[m][0]} ({MISSIONS[m][1]})' for m in missions)}.",
        "",
        "## Rule 规则",
        "",
        indicator.formula.zh,
        "",
        indicator.formula.en,
        "",
        f"Source 出处: {spelled_out(indicator.sources, 'zh')} ({spelled_out(indicator.sources, 'en')}).",
        "",
        f"One lead a 每条疑点对应一个 `{'|'.join(indicator.key)}`"
        + (
            "; it names a person, so it has no priority and is never ranked 主键是个人，不评优先级，不排序."
            if indicator.of_person
            else "."
        ),
        "",
    ]


def _reads(indicator: Indicator) -> list[str]:
    lines = ["## Tables 数据表", "", "| Table | Columns it needs besides the required ones |", "| --- | --- |"]
    for table, columns in indicator.tables.items():
        name = table.rstrip("?")
        may_miss = " (may be missing 可无)" if table.endswith("?") else ""
        said = ", ".join(f"`{c.rstrip('?')}`{' (may be missing)' if c.endswith('?') else ''}" for c in columns.split())
        lines.append(f"| `{name}` {tables()[name].zh}{may_miss} | {said or '—'} |")
    if indicator.arms:
        arms = "; ".join(" and ".join(f"`{column}`" for column in arm) for arm in indicator.arms)
        lines += ["", f"At least one of 至少有其一: {arms}. What is missing is not judged."]
    return [*lines, "", "Rows with an empty cell in a needed column are left out and counted 缺值的行跳过并计数.", ""]


def _thresholds(indicator: Indicator) -> list[str]:
    lines = ["## Parameters 参数", ""]
    if indicator.parameters:
        lines += ["| Name | Value | Meaning | Source | Since |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| `{p.name}` | {_value(p)} | {p.meaning.zh} {p.meaning.en} | {spelled_out(p.source, 'zh')} "
            f"| {p.effective or '—'} |"
            for p in indicator.parameters
        ]
    else:
        lines.append("None 无.")
    if indicator.statistic:
        zh, en = _STATISTICS[indicator.statistic]
        lines += [
            "",
            f"Statistical 统计类: {zh} {en}; chance alone gives {CHANCE[indicator.statistic]:g} leads per unit tested "
            f"单凭偶然，每检验一个对象约有{CHANCE[indicator.statistic]:g}条.",
        ]
    return [*lines, ""]


def _value(parameter: Parameter) -> str:
    value = parameter.value
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"`{value}`"


def _leads(indicator: Indicator) -> list[str]:
    return [
        "## Known false alarms 常见误报",
        "",
        f"{indicator.false_positives.zh}。{indicator.false_positives.en[:1].upper()}{indicator.false_positives.en[1:]}.",
        "",
        f"Certainty 确定性: {indicator.certainty:g}. "
        + (
            f"From 来自: `{indicator.origin}`."
            if indicator.origin
            else f"Example 例: `tests/risk/catalogue/pairs/{indicator.code}.toml`."
        ),
    ]
