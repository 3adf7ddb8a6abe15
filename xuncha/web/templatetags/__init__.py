"""What templates ask for: marks, words of a state."""
