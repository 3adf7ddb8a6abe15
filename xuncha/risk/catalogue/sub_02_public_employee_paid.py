"""SUB-02 公职人员违规领取: people in public posts got what excludes them."""

from __future__ import annotations

import ibis

from xuncha.risk.catalogue.posts import in_post
from xuncha.risk.data import Data
from xuncha.risk.indicator import Evidence, Found, Indicator, Settings, Words


def find(data: Data, settings: Settings) -> Found:
    """A village cadre is no public employee here; one other post on the day is enough."""
    programs = data.table("programs").filter(lambda t: t.excludes_employees)
    tested = data.table("subsidies").semi_join(programs, "program_id")
    posts = data.table("employees").filter(lambda t: ~t.is_village_cadre)
    posts = posts.select("start_date", "end_date", post="org_id", holder="person_id")
    hits = tested.inner_join(posts, tested.person_id == posts.holder)
    hits = hits.filter(in_post(hits, hits.pay_date))
    found = hits.group_by("pay_id").agg(
        value=hits.post.nunique(),
        post=hits.post.min(),
        person_id=hits.person_id.min(),
        fen=hits.amount.min(),
        org=hits.village_id.min(),
        day=hits.pay_date.min(),
        program_id=hits.program_id.min(),
    )
    return Found(
        found.mutate(threshold=ibis.literal(1, "int64")),
        (Evidence("subsidies", data.table("subsidies")),),
        tested.count(),
    )


INDICATOR = Indicator(
    code="SUB-02",
    name=Words("公职人员违规领取", "Public employee paid"),
    question=Words("公职人员有没有领取不该领的补贴？", "Did people in public posts draw what excludes them?"),
    formula=Words(
        "补贴项目排除公职人员，领取人在发放日在职且不是村干部。",
        "the programme excludes employees; the recipient is in post on pay_date and not as a village cadre.",
    ),
    tables={"subsidies": "village_id?", "programs": "", "employees": "end_date?"},
    key=("pay_id",),
    sources="PR, policy text",
    mission="M5",
    certainty=1.0,
    false_positives=Words("临时聘用", "temporary post"),
    sentence=Words(
        "发放{pay_id}：{person_id:person}在{day}为{post}在职人员，领取补贴项目{program_id}的{fen:yuan}元，该项目排除公职人员",
        "payment {pay_id}: {person_id:person} was in post at {post} on {day} and got {fen:yuan} yuan of programme {program_id}, which "
        "excludes employees",
    ),
    find=find,
)
