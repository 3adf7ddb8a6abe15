"""Who is it, may they, what was done."""
