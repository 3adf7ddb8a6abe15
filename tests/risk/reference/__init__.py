"""The catalogue once more, in plain Python over lists of rows: slow, short, and written apart from the engine."""
