"""Progress in the browser: one page for many measures; what was typed stays; evidence by file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.rectification.put_right import MakeItem, MakeMeasure, make_item, make_measure
from tests.web.rectification.test_claim_pages import client_of
from xuncha.rectification.models import Evidence, Measure, PeopleHandled, ProgressEntry
from xuncha.security.models import TrailEntry

__all__ = ["make_item", "make_measure"]

PAGE = "/rectification/progress/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def measure(make_item: MakeItem, make_measure: MakeMeasure) -> Measure:
    return make_measure(make_item())


def form(*measures: Measure, **fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"on": "2026-09-10", "measure": [each.pk for each in measures]}
    for each in measures:
        said = {"words": "资金已拨付", "progress": "under_way", "was": each.progress, "version": each.version, **fields}
        data |= {f"{name}-{each.pk}": value for name, value in said.items()}
    return data


def test_a_unit_reports_on_its_page(measure: Measure, liaison: Any) -> None:
    client = client_of(liaison)
    assert [each["measure"] for each in client.get(PAGE).context["measures"]] == [measure]
    data = form(measure, recovered="2,864,000.5", rules="2")
    assert client.post(PAGE, data).status_code == 302
    entry = ProgressEntry.objects.get()
    assert (entry.recovered_fen, entry.rules_made, f"{entry.on}") == (286_400_050, 2, "2026-09-10")
    page = client.get(f"/rectification/items/{measure.rectification_id}/").content.decode()
    assert "2,864,000.50" in page and "资金已拨付" in page


def test_rows_without_words_stay_as_they_are(measure: Measure, make_measure: MakeMeasure, liaison: Any) -> None:
    other = make_measure(measure.rectification)
    data = form(measure) | {
        "measure": [measure.pk, other.pk],
        f"was-{other.pk}": "done",
        f"progress-{other.pk}": "done",
    }
    client_of(liaison).post(PAGE, data)
    assert ProgressEntry.objects.get().measure == measure


def test_with_faults_nothing_is_saved_and_what_was_typed_stays(measure: Measure, liaison: Any) -> None:
    answer = client_of(liaison).post(PAGE, form(measure, recovered="两百万", words="写了很久的话"))
    assert (answer.status_code, ProgressEntry.objects.count()) == (422, 0)
    assert [line[0] for line in answer.context["faults"]] == [f"recovered-{measure.pk}"]
    page = answer.content.decode()
    assert "写了很久的话" in page and "两百万" in page


def test_the_second_is_told_and_keeps_what_was_typed(measure: Measure, liaison: Any) -> None:
    client = client_of(liaison)
    client.post(PAGE, form(measure, words="先到的话"))
    answer = client.post(PAGE, form(measure, words="后到的话"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "先到的话" in page and "后到的话" in page
    assert ProgressEntry.objects.get().words == "先到的话"


def test_the_secretary_alone_is_asked_for_people(measure: Measure, liaison: Any, unit_secretary: Any) -> None:
    name = f"people_first-{measure.pk}"
    assert name not in client_of(liaison).get(PAGE).content.decode()
    assert client_of(liaison).post(PAGE, form(measure) | {name: "2"}).status_code == 403
    client = client_of(unit_secretary)
    assert name in client.get(PAGE).content.decode()
    client.post(PAGE, form(measure) | {name: "2"})
    assert PeopleHandled.objects.get().number == 2


def test_a_file_comes_in_and_goes_out_as_an_attachment(measure: Measure, liaison: Any, staff: Any) -> None:
    client = client_of(liaison)
    file = io.BytesIO(PNG)
    file.name = "照片.png"
    sent = {"measure": measure.pk, "dated_on": "2026-09-01", "files": file}
    answer = client.post(f"{PAGE}evidence/", sent, headers={"HX-Request": "true"})
    evidence = Evidence.objects.get()
    assert answer.status_code == 200 and f"/rectification/evidence/{evidence.pk}/" in answer.content.decode()
    given = client_of(staff).get(f"/rectification/evidence/{evidence.pk}/")
    assert b"".join(given.streaming_content) == PNG
    assert given["Content-Type"] == "application/octet-stream" and given["Content-Disposition"].startswith("attachment")
    assert TrailEntry.objects.filter(act="download", actor=staff).count() == 1


def test_what_is_refused_says_what_to_do(measure: Measure, liaison: Any) -> None:
    file = io.BytesIO(b"MZ\0\0")
    file.name = "账册.exe"
    answer = Client.post(
        client_of(liaison), f"{PAGE}evidence/", {"measure": measure.pk, "files": file}, headers={"HX-Request": "true"}
    )
    assert "请存为pdf" in answer.content.decode()
    assert Evidence.objects.count() == 0


def test_the_page_asks_as_often_for_twenty_as_for_ten(
    make_item: MakeItem, make_measure: MakeMeasure, liaison: Any
) -> None:
    def asked() -> int:
        client = client_of(liaison)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    for _ in range(5):
        make_measure(make_item())
    few = asked()
    for _ in range(10):
        make_measure(make_item())
    assert asked() == few


def test_each_page_keeps_its_own_texts_in_the_browser(
    measure: Measure, make_item: MakeItem, make_measure: MakeMeasure, liaison: Any
) -> None:
    client, other = client_of(liaison), make_measure(make_item())
    places = (PAGE, *(f"{PAGE}?item={each.rectification_id}" for each in (measure, other)))
    assert len({client.get(place).context["draft"] for place in places}) == 3
    refused = client.post(places[1], form(measure, recovered="两百万"))
    assert (refused.status_code, refused.context["draft"]) == (422, client.get(places[1]).context["draft"])


def test_words_for_what_was_taken_out_or_applied_for_meanwhile_stay(
    measure: Measure, make_item: MakeItem, make_measure: MakeMeasure, liaison: Any, other_liaison: Any
) -> None:
    client, gone = client_of(liaison), make_measure(make_item())
    data = form(measure, gone, words="已拨付到位")
    assert client_of(other_liaison).post(PAGE, data).status_code == 403
    gone.delete()
    answer = client.post(PAGE, data)
    assert (answer.status_code, answer.context["gone"]) == (409, ["已拨付到位"])
    assert [each["words"] for each in answer.context["measures"]] == ["已拨付到位"]
    type(measure.rectification).objects.filter(pk=measure.rectification_id).update(closure="applied")
    held = client.post(PAGE, form(measure, words="又写了一遍"))
    assert held.status_code == 409 and "又写了一遍" in held.content.decode()
    assert not ProgressEntry.objects.exists()
