"""The published JSON Schema holds for what the product writes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.extraction.ledger_samples import sample
from xuncha.extraction.model import TOTALS

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "extraction.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_an_extraction_with_every_field_is_valid() -> None:
    VALIDATOR.validate(sample().as_json())


def test_the_totals_of_the_schema_are_those_of_the_model() -> None:
    assert set(SCHEMA["$defs"]["document"]["properties"]["totals"]["properties"]) == set(TOTALS)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: result.pop("root_causes"),
        lambda result: result.update(extra=1),
        lambda result: result["findings"][0].update(level="leaf"),
        lambda result: result["findings"][0].update(status="finished"),
        lambda result: result["findings"][0].update(confidence=1.2),
        lambda result: result["findings"][0]["spans"].update(title=[1, 2]),
        lambda result: result["findings"][0]["stated"].update(phone="1"),
        lambda result: result["document"].update(feedback_date="2031年3月5日"),
        lambda result: result["document"].update(kind="letter"),
    ],
)
def test_what_the_schema_does_not_know_is_refused(spoil: Any) -> None:
    result = copy.deepcopy(sample().as_json())
    spoil(result)
    assert not VALIDATOR.is_valid(result)
