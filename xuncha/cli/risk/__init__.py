"""`xuncha risk`: an office's tables checked, indicators run over them. Starts without Django."""
