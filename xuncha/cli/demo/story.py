"""What happened in the invented county: papers came in, were read, reviewed, entered, and worked on.

Everything goes the way it goes in an office: the same actions, the same worker, people who may do what they do.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db.models import Q

from xuncha.cli.demo import claiming, county, righting
from xuncha.cli.demo.making import PAPERS, PaperFile, make
from xuncha.extraction.ledger import old
from xuncha.findings.actions import addressing, applying, editing, entering, noting, reviewing, settling, succeeding
from xuncha.findings.actions.describing import Details, describe_paper
from xuncha.findings.actions.uploading import Chosen, upload
from xuncha.findings.importing.working import Worker
from xuncha.findings.models import Draft, Finding, Paper
from xuncha.findings.sealed_notes import SEALED_NOTES
from xuncha.findings.workflow import DraftState, FindingState, PaperState
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.opening import actions as opening

Step = Callable[[], None]
# Left under review: one that nobody has touched, one half done.
UNTOUCHED: Final = "labour.txt"
HALF_DONE: Final = "village.txt"
JOINT: Final = "speech.txt"
_SEALED: Final = ("由窗口工作人员蓝小满当面反映。", "来信人要求不透露姓名，回信寄本办信箱。")


class Story:
    """The county's papers on their way into the ledger. ``step`` is called after each paper and each part."""

    STEPS: Final = 2 * len(PAPERS) + 2

    def __init__(self, step: Step = lambda: None) -> None:
        self._step = step
        self._people = {user.username: user for user in User.objects.all()}
        self._units = {unit.short_name: unit for unit in Unit.objects.all()}
        self._rounds = {round.number: round for round in Round.objects.select_related("term")}
        self._papers: dict[PaperFile, int] = {}

    def tell(self) -> None:
        """All of it, in order."""
        for file in PAPERS:
            self._papers[file] = self._bring_in(file)
        with _reading() as worker:
            while worker.run_once():
                self._step()
            self._settle_old_ledger()
            worker.run_all()
        self._step()
        for file in PAPERS:
            self._review_and_enter(file)
            self._step()
        self._work_on_findings()
        claiming.hand_over_and_claim(self._people, self._rounds[8])
        righting.put_right(self._people, self._rounds[8])
        self._step()

    def _bring_in(self, file: PaperFile) -> int:
        actor = self._people[file.by]
        chosen = Chosen(round_id=self._rounds[file.round].pk, already_fed_back=file.already_fed_back)
        received = upload([(file.name, io.BytesIO(make(file)))], actor=actor, chosen=chosen).received[0]
        assert received.paper is not None, received.fault
        return received.paper.pk

    def _paper(self, file: PaperFile) -> Paper:
        return Paper.objects.select_related("round__term", "unit").get(pk=self._papers[file])

    def _settle_old_ledger(self) -> None:
        file = PAPERS[0]
        paper = self._paper(file)
        given = settling.Given(
            round_id=self._rounds[file.round].pk, unit_id=None, feedback_on=self._rounds[file.round].feedback_on
        )
        plan = old.MappingPlan.of_json(paper.reading["plan"])
        actor = self._people[file.by]
        paper = settling.settle_columns(paper, plan=plan, given=given, actor=actor, version=paper.version)
        settling.save_mapping("第七轮整改台账", plan=plan, actor=actor)

    def _review_and_enter(self, file: PaperFile) -> None:
        paper = self._paper(file)
        actor = self._people[file.by]
        if paper.state != PaperState.REVIEW or file.text == UNTOUCHED:
            return
        if paper.kind == Paper.Kind.LEDGER:
            applying.apply_rows(paper, actor=actor, version=paper.version)
            return
        paper = self._describe(file, paper, actor)
        if file.text == HALF_DONE:
            self._review_half(paper, actor)
            return
        if file.text == JOINT:
            self._address_joint(paper, actor)
        reviewing.accept_sure(paper, group=None, actor=actor)
        for draft in _undecided(paper):
            reviewing.accept(draft.pk, version=draft.version, actor=actor)
        entering.enter_paper(paper, actor=actor, version=self._paper(file).version)

    def _describe(self, file: PaperFile, paper: Paper, actor: User) -> Paper:
        details = Details(
            kind=paper.kind,
            round_id=self._rounds[file.round].pk,
            unit_id=self._units[file.unit].pk if file.unit else paper.unit_id,
            feedback_on=self._rounds[file.round].feedback_on,
            already_fed_back=file.already_fed_back,
        )
        return describe_paper(paper, details, actor=actor, version=paper.version)

    def _review_half(self, paper: Paper, actor: User) -> None:
        drafts = list(_undecided(paper))
        for draft in drafts[: len(drafts) // 2]:
            reviewing.accept(draft.pk, version=draft.version, actor=actor)
        first = drafts[1]
        first.refresh_from_db()
        words = {"statement": "森林防火责任落实不严、隔离带清理不及时"}
        reviewing.edit(first.pk, changes=words, version=first.version, actor=self._people["guqinglan"])

    def _address_joint(self, paper: Paper, actor: User) -> None:
        """The office knows where it saw what; the paper says only 部分单位."""
        seen = {
            "理论学习入脑入心不够": (("卫健局", "9次以传达文件代替研讨"), ("石桥镇", "12个专题完成7个")),
            "民生资金管理不严": (("卫健局", "公共卫生服务补助资金滞留312.7万元"), ("教育局", "营养餐资金结余89.3万元")),
            "“三重一大”制度执行走样": (("卫健局", "4次以局长办公会代替党组会"), ("人民医院", "调整中层干部26人")),
            "重点岗位廉洁风险防控不到位": (("教育局", "6人任职超过8年"), ("财政局", "复核岗与经办岗一人兼任")),
            "违反中央八项规定精神问题时有发生": (("人民医院", "差旅费超标准4.27万元"),),
        }
        enforcing = [self._units[name].pk for name in ("市监局", "住建局", "人社局", "卫健局")]
        for draft in Draft.objects.filter(paper=paper, level=Draft.Level.ITEM).exclude(state=DraftState.DROPPED):
            if "执法" in draft.statement:
                reviewing.readdress(draft.pk, units=enforcing, version=draft.version, actor=actor)
            notes = [{"unit": self._units[name].pk, "note": note} for name, note in seen.get(draft.statement, ())]
            if notes:
                reviewing.note_seen_at(draft.pk, notes=notes, version=draft.version, actor=actor)

    def _work_on_findings(self) -> None:
        """Several people change what was entered; some of it is split and merged."""
        head, staff, other = (self._people[name] for name in ("luheng", "guqinglan", "suwanzhou"))
        for statement, changes, actor, reason in _EDITS:
            finding = Finding.objects.filter(statement=statement, state__in=FindingState.values[:2]).first()
            if finding is not None:
                by = {"head": head, "staff": staff, "other": other}[actor]
                editing.edit_finding(finding.pk, changes=changes, version=None, actor=by, reason=reason)
        self._split(other)
        self._merge(staff)
        joint = Finding.objects.filter(unit=None, statement__contains="服务群众").first()
        if joint is not None:
            notes = [{"unit": self._units["卫健局"].pk, "note": "超期办结61件"}]
            addressing.attribute_finding(joint.pk, notes, version=None, actor=head)
            # One note was opened; another waits for the head's word.
            first, second = (noting.add_sealed_note(joint.pk, text=words, actor=staff) for words in _SEALED)
            asked = opening.ask_to_open(SEALED_NOTES, first.pk, reason="核对反映件与另一件是否同一来源", actor=other)
            opening.approve_opening(asked.pk, actor=head, version=asked.version)
            opening.open_sealed(asked.pk, actor=other)
            opening.ask_to_open(SEALED_NOTES, second.pk, reason="回复反映人办理结果", actor=other)

    def _split(self, actor: User) -> None:
        finding = Finding.objects.filter(unit=self._units["住建局"], statement__contains="工程建设领域").first()
        if finding is None:
            return
        facts = [{"text": fact.text} for fact in finding.manifestations.order_by("order", "id")]
        half = max(1, len(facts) // 2)
        parts = [
            succeeding.Part("工程招投标监管失守", facts[:half], finding.category_id),
            succeeding.Part("工程变更和分包监管不严", facts[half:], finding.category_id),
        ]
        succeeding.split_finding(finding.pk, parts, version=None, actor=actor, reason="原问题包含两件事，分别整改")

    def _merge(self, actor: User) -> None:
        wanted = Q(statement="低保动态管理不及时") | Q(statement="危房改造资金发放不规范")
        found = list(Finding.objects.filter(wanted, unit=self._units["石桥镇"]).order_by("serial"))
        if len(found) != 2:
            return
        facts = [{"text": fact.text} for each in found for fact in each.manifestations.order_by("order", "id")]
        succeeding.merge_findings(
            [each.pk for each in found],
            statement="困难群众补助资金发放管理不严",
            facts=facts,
            category_id=found[0].category_id,
            versions=None,
            actor=actor,
            reason="两条问题性质相同，合并整改",
        )


# Statement, what is changed, by whom, for what reason.
_EDITS: Final = (
    ("公共卫生服务专项资金拨付不及时", {"severity": "high", "nature": "individual"}, "staff", ""),
    ("公共卫生服务专项资金拨付不及时", {"stated_due": datetime.date(2026, 9, 30)}, "other", ""),
    (
        "公共卫生服务专项资金拨付不及时",
        {"statement": "基本公共卫生服务补助资金拨付不及时"},
        "head",
        "与财政批复的资金名称一致",
    ),
    ("上轮巡察整改不彻底", {"origin": "legacy", "severity": "medium"}, "other", ""),
    ("审计整改不到位", {"origin": "legacy", "severity": "high"}, "other", ""),
    ("整改措施空泛", {"origin": "legacy"}, "other", ""),
    ("惠民惠农“一卡通”监管流于形式", {"severity": "high", "nature": "common"}, "staff", ""),
    ("学习贯彻走过场", {"nature": "common", "severity": "low"}, "staff", ""),
    ("理论学习不深入", {"nature": "common", "severity": "low"}, "staff", ""),
    ("重点领域监管存在漏洞", {"severity": "high", "origin": "emerging"}, "head", ""),
    ("急诊通道被占用", {"immediate": True, "severity": "medium"}, "staff", ""),
    ("营养餐管理不严格", {"severity": "high", "stated_leader": "鹿鸣谷"}, "other", ""),
    ("村级“三资”管理混乱", {"severity": "medium", "origin": "emerging"}, "other", ""),
    ("征地补偿款拨付不及时", {"severity": "high", "nature": "individual"}, "staff", ""),
)


def _undecided(paper: Paper) -> Iterator[Draft]:
    waiting = Draft.objects.filter(paper=paper, state=DraftState.UNSEEN, level=Draft.Level.ITEM)
    yield from waiting.order_by("position", "id")


@contextmanager
def _reading() -> Iterator[Worker]:
    worker = Worker()
    try:
        yield worker
    finally:
        worker.close()


def counts() -> tuple[int, int, int]:
    """Units, papers and findings that stand in the ledger now."""
    current = Finding.objects.filter(state__in=(FindingState.DRAFT, FindingState.ISSUED))
    return len(county.UNITS), Paper.objects.count(), current.count()
