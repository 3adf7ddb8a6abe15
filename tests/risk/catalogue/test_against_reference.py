"""Each indicator gives the leads of an independent reference, on tables with planted cases, near misses and noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.risk.reference import county, government, medicine, procurement, public_money
from xuncha.risk.catalogue import shipped
from xuncha.risk.data import Data
from xuncha.risk.loading import load
from xuncha.risk.running import run

MODULES = (procurement, medicine, public_money, government)
REFERENCES: dict[str, Callable[..., dict[str, Any]]] = {
    name.upper().replace("_", "-"): function
    for module in MODULES
    for name, function in vars(module).items()
    if callable(function) and name[-2:].isdigit()
}
SEEDS = (3,)


@pytest.fixture(scope="module", params=SEEDS)
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tables, and outcomes by code."""
    tables = county.everything(request.param)
    loaded = load(county.write(tmp_path_factory.mktemp("county"), tables), as_of=county.AS_OF, ids="as-is")
    assert loaded.faults(5) == []
    outcomes = run(Data(loaded.backend, loaded.columns, loaded.as_of), list(shipped().values()))
    return tables, {outcome.indicator.code: outcome for outcome in outcomes}


def test_every_indicator_has_a_reference() -> None:
    assert REFERENCES.keys() == shipped().keys() and len(shipped()) == 62


@pytest.mark.parametrize("code", REFERENCES)
def test_leads_are_those_of_the_reference(code: str, found: tuple[dict[str, Any], dict[str, Any]]) -> None:
    tables, outcomes = found
    expected = REFERENCES[code](tables)
    outcome = outcomes[code]
    assert outcome.refusal is None
    values = {lead.key: lead.fields["value"] for lead in outcome.leads}
    assert values.keys() == expected.keys()
    assert len(outcome.leads) == len(values)
    for key, value in expected.items():
        assert values[key] == (value if value is None else pytest.approx(value, rel=1e-9)), key
    assert values, "nothing was planted"
    assert all(lead.evidence and lead.sentence for lead in outcome.leads)
