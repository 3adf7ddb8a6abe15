"""Keeping an installation: backup, restore, and the doctor who looks after it."""
