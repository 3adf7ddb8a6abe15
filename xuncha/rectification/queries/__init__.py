"""Rectification as the actor may see it."""
