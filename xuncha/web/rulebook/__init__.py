"""Pages of the office's own settings: category schemes."""
