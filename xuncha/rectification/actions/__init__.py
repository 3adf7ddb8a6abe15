"""What changes the rectification of a unit: right, state, change, trail, in one transaction."""
