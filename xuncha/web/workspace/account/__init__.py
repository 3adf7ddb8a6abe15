"""Pages of one's own account: password, sessions, second factor."""
