"""The interface for programs: who may call, what is told, what is refused and how."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.cast import make_user
from xuncha.api.interface import api
from xuncha.findings.actions.addressing import attribute_finding
from xuncha.findings.actions.editing import edit_finding
from xuncha.findings.models import Finding, Paper
from xuncha.organisation.models import Unit
from xuncha.security import accounts, tokens, trail
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import ApiToken, User
from xuncha.security.roles import Role

pytestmark = pytest.mark.django_db


def _token(user: User, name: str = "采集程序", days: int = 30) -> str:
    return tokens.add_token(user, name, days=days, actor=accounts.command_line())[1]


@pytest.fixture
def call(staff: User) -> Any:
    """Calls the interface by token: ``call(path, user, method="patch", **json)`` gives status and body."""
    known: dict[int, str] = {}

    def asked(path: str, user: User = staff, method: str = "get", **body: Any) -> tuple[int, Any]:
        token = known.setdefault(user.pk, _token(user)) if user.pk not in known else known[user.pk]
        client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})
        more = {"data": json.dumps(body), "content_type": "application/json"} if method != "get" else {}
        answer = getattr(client, method)(f"/api/v1/{path}", **more)
        return answer.status_code, answer.json()

    return asked


def test_the_published_description_is_the_interface(root: Path) -> None:
    """After a change on purpose: python -m tests.api.describe"""
    kept = json.loads((root / "docs" / "api.json").read_text("utf-8"))
    assert json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))) == kept


def test_every_route_is_explained(root: Path) -> None:
    guide = (root / "docs" / "api.md").read_text("utf-8")
    paths = json.loads((root / "docs" / "api.json").read_text("utf-8"))["paths"]
    routes = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    assert routes
    assert [route for route in routes if f"`{route.replace('{pk}', 'ID')}`" not in guide] == []


def test_a_token_acts_as_its_account_and_is_kept_as_a_digest(staff: User, make_finding: Any) -> None:
    make_finding("专项资金滞留")
    words = _token(staff)
    answer = Client().get("/api/v1/findings", headers={"Authorization": f"Bearer {words}"})
    assert answer.status_code == 200 and answer.json()["items"][0]["statement"] == "专项资金滞留"
    token = ApiToken.objects.get()
    assert words not in str(vars(token)) and token.used_on == timezone.localdate()


@pytest.mark.parametrize("fault", ["wrong", "expired", "revoked", "closed", "none"])
def test_without_a_valid_token_there_is_nothing(staff: User, fault: str) -> None:
    words = _token(staff)
    token = ApiToken.objects.get()
    if fault == "expired":
        ApiToken.objects.update(expires_on=timezone.localdate() - datetime.timedelta(days=1))
    elif fault == "revoked":
        tokens.revoke_token(token, actor=accounts.command_line())
    elif fault == "closed":
        accounts.set_active(staff, False, actor=accounts.command_line())
    elif fault == "wrong":
        words += "x"
    headers = {} if fault == "none" else {"Authorization": f"Bearer {words}"}
    answer = Client().get("/api/v1/findings", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["Content-Type"] == "application/problem+json" and answer["WWW-Authenticate"] == "Bearer"


def test_tokens_are_made_on_the_machine_and_have_an_end(staff: User) -> None:
    with pytest.raises(NotPermitted):
        tokens.add_token(staff, "x", days=1, actor=staff)
    with pytest.raises(NotPermitted):
        tokens.add_token(staff, "x", days=1, actor=make_user("admin", "管理员", Role.SYSTEM_ADMINISTRATOR))
    administrator = accounts.command_line()
    tokens.add_token(staff, "x", days=1, actor=administrator)
    for name, days in (("x", 1), ("", 1), ("y", 0), ("y", 400)):
        with pytest.raises(Invalid):
            tokens.add_token(staff, name, days=days, actor=administrator)
    acts = [entry.act for entry in trail.history_of(staff)]
    assert acts == ["add_token"]


def test_a_session_reads_but_writes_only_with_the_token_of_a_form(staff: User, make_finding: Any) -> None:
    finding = make_finding("专项资金滞留")
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    body = {"data": json.dumps({"version": finding.version, "severity": "high"}), "content_type": "application/json"}
    assert client.patch(f"/api/v1/findings/{finding.pk}", **body).status_code == 403
    finding.refresh_from_db()
    assert finding.severity == ""


def test_a_change_by_a_second_hand_is_refused_with_what_it_is_now(call: Any, make_finding: Any, head: User) -> None:
    finding = make_finding("专项资金滞留")
    path = f"findings/{finding.pk}"
    status, body = call(path, method="patch", version=finding.version, severity="high", stated_leader="何若川")
    assert (status, body["severity"], body["stated_leader"]) == (200, "high", "何若川")
    edit_finding(finding.pk, changes={"nature": "common"}, version=None, actor=head)
    status, body = call(path, method="patch", version=finding.version + 1, severity="low")
    assert (status, body["code"], body["current"]["version"]) == (409, "finding_changed", finding.version + 2)
    finding.refresh_from_db()
    assert finding.severity == "high"
    assert trail.history_of(finding)[0].actor == head


def test_faults_are_named_by_field(call: Any, make_finding: Any) -> None:
    finding = make_finding("专项资金滞留")
    path = f"findings/{finding.pk}"
    status, body = call(path, method="patch", version=finding.version, statement="换一句")
    assert (status, body["faults"]) == (422, {"reason": ["reason_required", 0]})
    status, body = call(path, method="patch", severity="high")
    assert (status, body["code"], list(body["faults"])) == (422, "malformed", ["change.version"])
    status, body = call(path, method="patch", version=finding.version, severity="enormous")
    assert (status, body["faults"]["severity"]) == (422, ["unknown", 0])


def test_a_unit_is_told_what_was_fed_back_to_it_and_nothing_of_others(
    call: Any, liaison: User, make_finding: Any, health: Unit, education: Unit, staff: User
) -> None:
    make_finding("他人的问题", unit=education)
    make_finding("未下达的问题", issued=False)
    joint = make_finding("部分单位资金滞留", unit=None, units=[health, education], stated_leader="何若川")
    notes = [{"unit": education.pk, "note": "滞留九个月"}]
    attribute_finding(joint.pk, notes, version=None, actor=staff)
    status, page = call("findings", liaison)
    assert status == 200 and [row["statement"] for row in page["items"]] == ["部分单位资金滞留"]
    assert (page["count"], page["count_is_more"]) == (1, False)
    row = page["items"][0]
    assert [unit["short_name"] for unit in row["units"]] == ["卫健局"]
    assert (row["version"], row["changed_at"], row["stated_leader"]) == (None, None, "")
    status, whole = call(f"findings/{joint.pk}", liaison)
    assert status == 200
    assert "教育局" not in json.dumps(whole, ensure_ascii=False) and "九个月" not in json.dumps(whole)
    assert (whole["attributions"], whole["may_edit"], whole["version"]) == ([], False, None)
    status, whole = call(f"findings/{joint.pk}")
    assert whole["attributions"] == [{"unit": {"id": education.pk, "short_name": "教育局"}, "note": "滞留九个月"}]


def test_pages_follow_one_another_by_cursor(call: Any, make_finding: Any) -> None:
    for number in range(5):
        make_finding(f"问题{number}")
    seen: list[str] = []
    cursor = ""
    for _ in range(5):
        _, page = call(f"findings?limit=2{cursor}")
        seen += [row["statement"] for row in page["items"]]
        if page["after"] is None:
            break
        cursor = f"&after={page['after']}"
    assert seen == [f"问题{number}" for number in range(5)]


def test_the_list_takes_the_filters_of_the_page(call: Any, make_finding: Any) -> None:
    make_finding("专项资金滞留", severity="high")
    make_finding("学习不深入", severity="low")
    for asked, expected in (("severity=high", 1), ("severity=high&severity=low", 2), ("q=资金", 1), ("q=滞留的", 0)):
        _, page = call(f"findings?{asked}")
        assert (page["count"], len(page["items"])) == (expected, expected), asked


def test_a_list_costs_the_same_for_many_rows(call: Any, make_finding: Any, django_assert_max_num_queries: Any) -> None:
    call("findings")
    for number in range(12):
        make_finding(f"问题{number}")
    with django_assert_max_num_queries(10) as few:
        call("findings?limit=3")
    with django_assert_max_num_queries(len(few)):
        call("findings?limit=12")


def test_papers_are_handed_in_and_followed(staff: User) -> None:
    client = Client(headers={"Authorization": f"Bearer {_token(staff)}"})
    files = [SimpleUploadedFile("反馈.txt", "关于巡察某局的反馈意见".encode()), SimpleUploadedFile("图.exe", b"x")]
    answer = client.post("/api/v1/papers", {"files": files, "kind": "feedback"})
    assert answer.status_code == 202
    taken, refused = answer.json()["files"]
    assert (refused["paper"], refused["fault"]) == (None, "wrong_type")
    paper = client.get(f"/api/v1/papers/{taken['paper']}").json()
    assert (paper["name"], paper["state"], paper["batch"]) == ("反馈.txt", "waiting", answer.json()["batch"])
    again = client.post("/api/v1/papers", {"files": [SimpleUploadedFile("b.txt", "关于巡察某局的反馈意见".encode())]})
    assert again.json()["files"][0]["same_as"] == taken["paper"]
    assert Paper.objects.count() == 2


def test_the_trail_knows_that_a_program_did_it(call: Any, make_finding: Any) -> None:
    finding: Finding = make_finding("专项资金滞留")
    call(f"findings/{finding.pk}", method="patch", version=finding.version, severity="high")
    assert trail.history_of(finding)[0].way == "api"


def test_the_heat_map_is_given_as_numbers_that_add_up(call: Any, make_finding: Any, health: Unit) -> None:
    finding = make_finding("专项资金滞留")
    make_finding("学习不深入")
    _, cells = call(f"rounds/{finding.round_id}/counts")
    assert sum(cell["number"] for cell in cells) == 2 and {cell["unit"] for cell in cells} == {health.pk}


def test_papers_of_an_unknown_kind_round_or_unit_are_not_taken(staff: User) -> None:
    client = Client(headers={"Authorization": f"Bearer {_token(staff)}"})
    files = [SimpleUploadedFile("a.txt", "关于巡察某局的反馈意见".encode())]
    answer = client.post("/api/v1/papers", {"files": files, "kind": "x", "round": 999, "unit": "9" * 30})
    assert (answer.status_code, sorted(answer.json()["faults"])) == (422, ["kind", "round", "unit"])
    assert not Paper.objects.exists()


def test_half_a_file_is_not_taken_for_a_whole_one(staff: User, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 8
    client = Client(headers={"Authorization": f"Bearer {_token(staff)}"})
    answer = client.post("/api/v1/papers", {"files": [SimpleUploadedFile("a.txt", b"x" * 20)]})
    assert answer.status_code == 202, answer.text
    assert [file["fault"] for file in answer.json()["files"]] == ["file_too_large"]
    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("words", "status", "code"), [("database is locked", 503, "busy"), ("disk I/O error", 500, "internal_error")]
)
def test_a_busy_database_is_a_problem_to_try_again(
    call: Any, monkeypatch: pytest.MonkeyPatch, words: str, status: int, code: str
) -> None:
    def refuses(*_: Any, **__: Any) -> None:
        raise OperationalError(words)

    monkeypatch.setattr("xuncha.api.findings.ledger.page", refuses)
    answer = call("findings")
    assert (answer[0], answer[1]["code"]) == (status, code)
