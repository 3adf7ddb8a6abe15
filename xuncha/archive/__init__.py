"""Files kept as they came."""
