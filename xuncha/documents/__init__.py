"""A file in, structure out; structure in, a file out. Knows no Django and no office."""

from xuncha.documents.errors import DocumentError
from xuncha.documents.model import Block, Cell, Document, Line
from xuncha.documents.readers import read

__all__ = ["Block", "Cell", "Document", "DocumentError", "Line", "read"]
