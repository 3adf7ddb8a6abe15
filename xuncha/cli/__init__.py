"""Ways in by command line: document commands that start without Django."""
