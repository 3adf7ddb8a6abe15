"""The pages: one folder per stage, and the workspace."""
