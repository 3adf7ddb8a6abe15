"""填报进展: a unit's one page to report on many measures, with their evidence."""
