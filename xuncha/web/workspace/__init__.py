"""The desk, signing in, language: what belongs to no single stage."""
