"""Rectification (整改): feedback handed over, the dates and duties that follow."""
