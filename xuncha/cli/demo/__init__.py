"""The invented county of `xuncha demo`: its units, rounds, people and papers."""
