"""People: accounts and what they are appointed to, for the system and the security administrator."""
