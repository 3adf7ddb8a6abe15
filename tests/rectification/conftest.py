"""What the tests of this stage share."""

from tests.rectification.handed import handed, joint
from tests.rectification.planned import items, measures, plan
from tests.rectification.put_right import make_done, make_item, make_measure

__all__ = ["handed", "items", "joint", "make_done", "make_item", "make_measure", "measures", "plan"]
