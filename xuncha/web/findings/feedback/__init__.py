"""反馈: what was given to which units, and what it demands."""
