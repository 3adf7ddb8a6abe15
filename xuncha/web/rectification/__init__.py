"""Pages of rectification: feedback handed over, due dates, duties."""
