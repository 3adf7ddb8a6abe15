"""青禾县, a county that does not exist: its units, its two rounds, and the people who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """被巡察单位: ``short_name`` stands in numbers (卫健局), ``sector`` is a code of the vocabulary's sectors.

    ``parent`` is the short name of the unit above it; ``aliases`` are further names that papers use.
    """

    name: str
    short_name: str
    sector: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """轮次: ``units`` are short names in the order in which they were inspected, ``teams`` one for each.

    ``members`` are accounts by team: the head, the deputy or petition officer where there is one, members.
    """

    number: int
    starts_on: date
    ends_on: date
    feedback_on: date
    units: tuple[str, ...]
    teams: tuple[str, ...]
    members: dict[str, tuple[tuple[str, str], ...]]
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in: ``role`` is a code of `xuncha.security.roles`, ``title`` what the person is called at work.

    ``unit`` is a short name; null for those who work for the whole office.
    """

    username: str
    name: str
    role: str
    title: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Recusal:
    """回避: declared by ``person`` (an account) to keep off ``unit``; ``decision`` is the head's reason to uphold it,
    empty while it waits.
    """

    person: str
    unit: str
    ground: str
    words: str
    decision: str = ""


COUNTY: Final = "青禾县"
OFFICE: Final = "青禾县委巡察办"
TERM: Final = 14
TERM_STARTS_ON: Final = date(2021, 7, 1)
TERM_ENDS_ON: Final = date(2026, 12, 31)

UNITS: Final = (
    Unit("县发展和改革局", "发改局", "government", aliases=("县发改局", "发展和改革局")),
    Unit("县工业和信息化局", "工信局", "government", aliases=("县工信局",)),
    Unit("县文化和旅游局", "文旅局", "government", aliases=("县文旅局",)),
    Unit("县政务服务管理局", "政务局", "government", aliases=("县政务服务局", "县政务服务中心")),
    Unit("县财政局", "财政局", "finance"),
    Unit("县卫生健康局", "卫健局", "health", aliases=("县卫健局", "县卫生健康委")),
    Unit("县人民医院", "人民医院", "health", "卫健局", ("青禾县人民医院",)),
    Unit("县中医院", "中医院", "health", "卫健局", ("县中医医院", "青禾县中医院")),
    Unit("县妇幼保健院", "妇幼保健院", "health", "卫健局", ("县妇幼保健计划生育服务中心", "县妇保院")),
    Unit("县疾病预防控制中心", "疾控中心", "health", "卫健局", ("县疾控中心",)),
    Unit("县教育局", "教育局", "education", aliases=("县教体局",)),
    Unit("县第一中学", "县一中", "education", "教育局", ("青禾一中", "青禾县第一中学")),
    Unit("县职业教育中心", "职教中心", "education", "教育局", ("县职教中心", "县职业中学")),
    Unit("县农业农村局", "农业农村局", "agriculture", aliases=("县农业局",)),
    Unit("县水利局", "水利局", "agriculture"),
    Unit("县住房和城乡建设局", "住建局", "construction", aliases=("县住建局",)),
    Unit("县交通运输局", "交通局", "construction", aliases=("县交通局", "交通运输局")),
    Unit("县自然资源局", "自然资源局", "resources", aliases=("县国土资源局",)),
    Unit("县民政局", "民政局", "livelihood"),
    Unit("县人力资源和社会保障局", "人社局", "livelihood", aliases=("县人社局",)),
    Unit("县医疗保障局", "医保局", "livelihood", aliases=("县医保局",)),
    Unit("县市场监督管理局", "市监局", "enforcement", aliases=("县市场监管局", "县市监局")),
    Unit("县城市管理综合执法局", "城管局", "enforcement", aliases=("县城管局", "县综合执法局")),
    Unit("县应急管理局", "应急局", "enforcement", aliases=("县应急局",)),
    Unit("县城乡发展投资有限公司", "城发公司", "enterprise", aliases=("县城发公司", "县城投公司")),
    Unit("石桥镇", "石桥镇", "township", aliases=("石桥镇党委", "石桥镇人民政府")),
    Unit("松坪乡", "松坪乡", "township", aliases=("松坪乡党委", "松坪乡人民政府")),
    Unit("柳湾镇", "柳湾镇", "township", aliases=("柳湾镇党委", "柳湾镇人民政府")),
    Unit("县委党校", "党校", "party", aliases=("县行政学校",)),
    Unit("县融媒体中心", "融媒体中心", "party", aliases=("县广播电视台",)),
)

ROUNDS: Final = (
    Round(
        number=7,
        starts_on=date(2025, 11, 3),
        ends_on=date(2025, 12, 19),
        feedback_on=date(2026, 3, 18),
        units=(
            *("农业农村局", "水利局", "柳湾镇", "交通局", "自然资源局", "城管局", "应急局"),
            *("民政局", "医保局", "疾控中心", "职教中心", "政务局", "工信局", "文旅局"),
        ),
        teams=("第一巡察组",) * 3 + ("第二巡察组",) * 4 + ("第三巡察组",) * 4 + ("第四巡察组",) * 3,
        members={
            "第一巡察组": (("xuyanqiu", "team_head"), ("baiyu", "team_member"), ("songjinshu", "team_member")),
            "第二巡察组": (("hanmuye", "team_head"), ("tanglingyun", "petition_officer"), ("fangshuo", "team_member")),
            "第三巡察组": (("luoqinghe", "team_head"), ("yeshutong", "team_member"), ("guanshan", "team_member")),
            "第四巡察组": (("meizhaoxue", "team_head"), ("duruofei", "team_deputy"), ("qiaomushen", "team_member")),
        },
        is_finished=True,
    ),
    Round(
        number=8,
        starts_on=date(2026, 4, 20),
        ends_on=date(2026, 6, 12),
        feedback_on=date(2026, 8, 26),
        units=(
            *("卫健局", "人民医院", "中医院", "妇幼保健院", "教育局", "县一中", "人社局"),
            *("财政局", "发改局", "住建局", "城发公司", "市监局", "石桥镇", "松坪乡"),
        ),
        teams=("第一巡察组",) * 4 + ("第二巡察组",) * 3 + ("第三巡察组",) * 4 + ("第四巡察组",) * 3,
        members={
            "第一巡察组": (("hanmuye", "team_head"), ("tanglingyun", "petition_officer"), ("baiyu", "team_member")),
            "第二巡察组": (("meizhaoxue", "team_head"), ("guanshan", "team_member"), ("yeshutong", "team_member")),
            "第三巡察组": (("xuyanqiu", "team_head"), ("duruofei", "team_deputy"), ("fangshuo", "team_member")),
            "第四巡察组": (("luoqinghe", "team_head"), ("songjinshu", "team_member"), ("qiaomushen", "team_member")),
        },
        is_finished=False,
    ),
)

PEOPLE: Final = (
    Person("luheng", "陆衡", "office_head", "县委巡察办主任"),
    Person("guqinglan", "顾青岚", "office_staff", "县委巡察办综合股股长"),
    Person("suwanzhou", "苏晚舟", "office_staff", "县委巡察办督办股干部"),
    Person("chengyan", "程砚", "reviewer", "县纪委监委第三监督检查室主任"),
    Person("shenzhihe", "沈知禾", "unit_liaison", "县卫生健康局联络员", "卫健局"),
    Person("jishuyan", "季书言", "unit_liaison", "县人民医院联络员", "人民医院"),
    Person("wenjingze", "闻静泽", "unit_secretary", "县卫生健康局党委书记", "卫健局"),
    Person("yeqiubai", "叶秋白", "leader_in_charge", "分管卫生健康的副县长", "卫健局"),
    Person("hanmuye", "韩牧野", "team_head", "第一巡察组组长"),
    Person("baiyu", "白榆", "team_member", "第一巡察组成员"),
    Person("jiangwanqing", "江挽晴", "leadership", "县委领导"),
    Person("xuanmu", "玄木", "system_administrator", "系统管理员"),
    Person("beilanxi", "北岚夕", "security_administrator", "安全管理员"),
    Person("nangongyu", "南宫屿", "trail_reader", "安全审计员"),
)
# Who else is in the teams: accounts whose passwords nobody is told.
INSPECTORS: Final = (
    Person("xuyanqiu", "许砚秋", "team_head", "巡察组组长"),
    Person("meizhaoxue", "梅照雪", "team_head", "巡察组组长"),
    Person("luoqinghe", "罗清和", "team_head", "巡察组组长"),
    Person("duruofei", "杜若飞", "team_deputy", "巡察组副组长"),
    Person("tanglingyun", "唐凌云", "petition_officer", "巡察组信访专员"),
    Person("songjinshu", "宋锦书", "team_member", "巡察组成员"),
    Person("fangshuo", "方朔", "team_member", "巡察组成员"),
    Person("guanshan", "关山", "team_member", "巡察组成员"),
    Person("yeshutong", "叶疏桐", "team_member", "巡察组成员"),
    Person("qiaomushen", "乔木深", "team_member", "巡察组成员"),
)
RECUSALS: Final = (
    Recusal(
        "duruofei", "住建局", "former_post", "2024年以前任该局副局长。", "任职离开未满三年，应当回避，由组长另行分工。"
    ),
    Recusal("yeshutong", "县一中", "kin", "配偶在该校任教。"),
)
