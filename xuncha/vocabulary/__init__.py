"""Schemes, cue words and other wording as data files that an office can extend without touching code."""

from xuncha.vocabulary.errors import VocabularyError
from xuncha.vocabulary.loading import load
from xuncha.vocabulary.schemes import SchemeCategory, scheme

__all__ = ["SchemeCategory", "VocabularyError", "load", "scheme"]
