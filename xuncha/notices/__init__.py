"""Reminders: what each person is told, once."""
