"""Pages of the office's own settings: category schemes, deadlines, working days."""
