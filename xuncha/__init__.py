"""Xuncha (巡察): a county inspection office's work, from the feedback document to closure."""

__version__ = "0.1.0"
