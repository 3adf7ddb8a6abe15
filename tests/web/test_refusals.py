"""What a person sees when something was refused, is not there, or broke: what is so, why, and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.test import Client, RequestFactory

from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.web import refusals
from xuncha.web.refusals import RefusalMiddleware


def _signed_in(user: Any, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def test_what_is_not_there_says_how_to_look_for_it(staff: Any) -> None:
    answer = _signed_in(staff).get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有这一页，或者您无权查看。" in answer.text and "回到工作台" in answer.text


def test_a_form_older_than_the_sign_in_says_what_to_do(staff: Any) -> None:
    answer = _signed_in(staff, enforce_csrf_checks=True).post("/sign-out/")
    assert answer.status_code == 403
    assert "页面早于本次登录" in answer.text


def test_an_action_that_was_not_permitted_is_a_page_that_names_the_person(liaison: Any) -> None:
    request = RequestFactory().get("/")
    request.user, request.session = liaison, {}
    answer = RefusalMiddleware(lambda _: None).process_exception(request, NotPermitted("not_permitted", act="x"))
    assert answer is not None and answer.status_code == 403
    assert "您以沈知禾登录，所任角色不含此项" in answer.text
    assert RefusalMiddleware(lambda _: None).process_exception(request, ValueError()) is None


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Conflict("finding_changed", current=None), 409),
        (IllegalTransition("not_editable", act="x", state="replaced"), 409),
        (Invalid("faulty_fields", faults={}), 400),
        (DataError("a sign that is none"), 400),
        (OverflowError("beyond all keys"), 400),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_view_has_no_words_for_is_a_page_and_no_fault_of_ours(
    refusal: Exception, status: int, staff: Any
) -> None:
    request = RequestFactory().get("/")
    request.user, request.session = staff, {}
    answer = RefusalMiddleware(lambda _: None).process_exception(request, refusal)
    assert answer is not None and answer.status_code == status


def test_a_fault_is_told_without_the_database(django_assert_num_queries: Any, staff: Any) -> None:
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        answer = refusals.broken(request)
    assert answer.status_code == 500
    assert "这是系统故障，不是您的操作有误" in answer.text


def test_too_many_fields_say_to_choose_less(staff: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = _signed_in(staff).post("/language/", {"a": 1, "b": 2, "c": 3})
    assert answer.status_code == 400
    assert "没有任何改动" in answer.text


def test_a_fragment_after_the_end_of_the_session_is_no_sign_in_page() -> None:
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("path", ["/no-such-page/", "/sign-in/"])
def test_refusals_and_the_sign_in_speak_english_too(staff: Any, path: str) -> None:
    client = Client() if path == "/sign-in/" else _signed_in(staff)
    client.cookies["xuncha_language"] = "en"
    answer = client.get(path)
    assert '<html lang="en">' in answer.text
    assert 'lang="zh-Hans">中文</button>' in answer.text


def test_a_busy_database_says_to_try_again(staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("xuncha.web.findings.feedback.pages.queries.page_of_feedbacks", locked)
    answer = _signed_in(staff).get("/feedbacks/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "<h1" in answer.text and 'href="/"' in answer.text


def test_a_database_that_is_busy_outside_of_a_view_says_so_too(db: None, django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        try:
            raise OperationalError("database is locked")
        except OperationalError:
            assert refusals.broken(request).status_code == 503
        try:
            raise OperationalError("disk I/O error")
        except OperationalError:
            assert refusals.broken(request).status_code == 500
