"""Structure in, a file out: each writer is imported by its own name, so that none is loaded in vain."""
