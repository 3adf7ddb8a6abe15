"""The board of a round, the rows behind its numbers, and the leadership's sheet."""
