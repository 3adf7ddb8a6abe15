"""Terms, rounds and inspected units."""
