"""The interface for programs: one router per stage."""
