"""Hostile files are read in a child process: what crashes, hangs or devours memory takes only the child with it."""

from xuncha.extraction.child.errors import ReadingFailed
from xuncha.extraction.child.reader import Reader

__all__ = ["Reader", "ReadingFailed"]
