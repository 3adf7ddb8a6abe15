"""核对: the review of a paper, source beside what was read."""
