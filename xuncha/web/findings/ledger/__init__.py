"""台账: the list of findings."""
