"""What the tests of this stage share."""

from tests.rectification.handed import handed, joint
from tests.rectification.put_right import make_item, make_measure

__all__ = ["handed", "joint", "make_item", "make_measure"]
