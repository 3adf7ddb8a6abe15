"""What has to be put right, as the permission table calls it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rectification.put_right import MakeItem, MakeMeasure, make_item, make_measure
from xuncha.rectification.models import Rectification

__all__ = ["make_item", "make_measure"]


@pytest.fixture
def item_of_health(make_item: MakeItem, make_measure: MakeMeasure) -> Rectification:
    """Something the health bureau has to put right, with two measures."""
    item = make_item(horizon="long_term", progress="under_way")
    make_measure(item, kind="recovery")
    make_measure(item, "制定专项资金拨付时限办法", kind="rule_making")
    return item


@pytest.fixture
def items_in_many_states(make_item: MakeItem, item_of_health: Rectification, education: Any) -> Rectification:
    """Items of two units that stand in different ways."""
    make_item(due_on=None, progress="basically_done", closure="returned")
    make_item(suspended_on="2026-09-01", inherited=True, horizon="immediate")
    make_item(unit=education, progress="done", closure="closed", closed_on="2026-10-01")
    return item_of_health
