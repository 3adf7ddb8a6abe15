"""The composition root: environment, settings, addresses."""
