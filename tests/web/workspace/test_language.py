"""Chinese unless another language was chosen; the choice goes with the person."""

from __future__ import annotations

from typing import Any

from django.test import Client

from xuncha.security.models import TrailEntry


def _language(client: Client, **options: Any) -> str:
    text = client.get("/sign-in/" if "_auth_user_id" not in client.session else "/", **options).text
    return text.split('<html lang="')[1].split('"')[0]


def test_without_a_choice_it_is_chinese_whatever_the_browser_asks_for(client: Client, db: None) -> None:
    assert _language(client, headers={"accept-language": "en-GB,en"}) == "zh-Hans"


def test_the_choice_holds_in_this_browser(client: Client, db: None) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert answer.headers["Location"] == "/sign-in/"
    assert _language(client) == "en"


def test_the_choice_goes_with_the_person_to_other_machines(client: Client, staff: Any) -> None:
    client.force_login(staff)
    client.post("/language/", {"language": "en", "next": "/"})
    other = Client()
    other.force_login(staff)
    assert _language(other) == "en"
    entry = TrailEntry.objects.get()
    assert (entry.act, entry.before, entry.after) == ("choose_language", {"language": ""}, {"language": "en"})


def test_choosing_the_same_again_is_no_event(client: Client, staff: Any) -> None:
    client.force_login(staff)
    for _ in range(2):
        client.post("/language/", {"language": "en"})
    assert TrailEntry.objects.count() == 1


def test_the_persons_own_choice_goes_before_that_of_the_browser(client: Client, staff: Any) -> None:
    staff.language = "zh-hans"
    staff.save()
    client.cookies["xuncha_language"] = "en"
    client.force_login(staff)
    assert _language(client) == "zh-Hans"


def test_an_unknown_language_changes_nothing(client: Client, staff: Any) -> None:
    client.force_login(staff)
    assert client.post("/language/", {"language": "fr"}).status_code == 302
    assert _language(client) == "zh-Hans"


def test_one_is_never_sent_to_another_site(client: Client, db: None) -> None:
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert client.post("/language/", {"language": "en", "next": target}).headers["Location"] == "/"
    back = client.post("/language/", {"language": "en", "next": "/ledger/?q=资金&page=2"}).headers["Location"]
    assert back.startswith("/ledger/?q=")
