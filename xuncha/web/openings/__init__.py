"""Pages on the opening of sealed values: asking, deciding, opening; what the security administrator watches."""
