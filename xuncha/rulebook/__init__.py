"""The office's own schemes and settings, editable and dated."""
