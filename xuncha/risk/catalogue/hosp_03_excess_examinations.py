"""HOSP-03 检查费占比异常: examinations make up far more of the bill than with colleagues."""

from __future__ import annotations

import ibis

from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Parameter, Peers, Settings, Words
from xuncha.risk.statistics import robust_z, share_of


def find(data: Data, settings: Settings) -> Found:
    """A doctor is compared within a department over all hospitals; of several departments the one that stands out most."""
    visits = data.rows("visits", "doctor_id", "dept", where=lambda t: t.visit_type == "out")
    visits = visits.select("visit_id", "doctor_id", "dept", "hospital_id", "admit_date")
    charges = data.rows("charges", "item_class", source=data.table("charges").semi_join(visits, "visit_id")).inner_join(
        visits, "visit_id"
    )
    units = charges.group_by(["doctor_id", "dept"]).agg(
        exam_fen=charges.amount.sum(where=charges.item_class == "exam").fill_null(0).cast("int64"),
        all_fen=charges.amount.sum().cast("int64"),
        n_visits=charges.visit_id.nunique(),
        org=charges.hospital_id.min(),
        day=charges.admit_date.max(),
    )
    units = units.filter(units.n_visits >= int(settings["visits"]), units.all_fen > 0)
    units = units.mutate(r=share_of(units.exam_fen, units.all_fen))
    judged = robust_z(units, ["dept"], "r", int(settings["doctors"]))
    high = judged.filter(judged.r >= judged.median * float(settings["share"]), judged.rz >= float(settings["rz"]))
    most = ibis.row_number().over(ibis.window(group_by="doctor_id", order_by=[ibis.desc("rz"), "dept"]))
    high = high.mutate(nth=most).filter(lambda t: t.nth == 0)
    leads = high.select(
        "doctor_id",
        "dept",
        "org",
        "day",
        "n_visits",
        "rz",
        "exam_fen",
        "all_fen",
        value="r",
        threshold=high.median * float(settings["share"]),
        peer_n="n",
        peer_median="median",
    )
    rows = charges.filter(charges.item_class == "exam")
    peers = Peers(judged, "r", Words("同科室各医生的检查费占比", "share of examinations by doctor"), groups=("dept",))
    return Found(leads, (Evidence("charges", rows),), judged.count(), peers)


INDICATOR = Indicator(
    code="HOSP-03",
    name=Words("检查费占比异常", "Excess examinations"),
    question=Words(
        "门诊检查费占比为什么比同科室高这么多？",
        "Why do examinations weigh so much more than in the same department elsewhere?",
    ),
    formula=Words(
        "门诊；r=检查金额÷收费金额，有收费的就诊不少于30次；同科室（全部医院，含本人）不少于10名医生；r≥1.5×中位数，且rz≥3.5。",
        "outpatient; r = exam amount / amount, at least 30 visits with charges; peers = same dept over all hospitals, at least 10 doctors "
        "(self included); r ≥ 1.5 × median and rz ≥ 3.5.",
    ),
    tables={"visits": "doctor_id dept", "charges": "item_class"},
    key=("doctor_id",),
    sources="YB15, CV",
    mission="M4",
    certainty=0.5,
    false_positives=Words("体检门诊，转诊病人", "check-up clinic, referral"),
    sentence=Words(
        "医生{doctor_id:person}（{dept}）{n_visits}次门诊收费{all_fen:yuan}元，其中检查{exam_fen:yuan}元，占{value:pct}；界限{threshold:pct}，偏离{rz:num}（同科{peer_n}人，中位数{peer_median:pct}）",
        "doctor {doctor_id:person} ({dept}): of {all_fen:yuan} yuan in {n_visits} visits {exam_fen:yuan} for examinations, {value:pct}; limit "
        "{threshold:pct}, deviation {rz:num} ({peer_n} doctors, median {peer_median:pct})",
    ),
    find=find,
    parameters=(
        Parameter("visits", 30, Words("最少就诊次数", "least visits"), "CV"),
        Parameter("doctors", 10, Words("同科室最少医生数", "least doctors of a department"), "CV"),
        Parameter("share", 1.5, Words("倍数下限", "least multiple of the median"), "CV"),
        Parameter("rz", 3.5, Words("偏离下限", "least deviation"), "CV"),
    ),
    statistic="rz",
    of_person=True,
)
