"""The commands of an office's own installation: they know the data folder and start Django."""
