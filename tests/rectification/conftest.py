"""What the tests of this stage share."""

from tests.rectification.handed import handed, joint

__all__ = ["handed", "joint"]
