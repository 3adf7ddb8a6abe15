"""The way in for programs: JSON under ``/api/v1/``, one router per stage, the same queries, actions and rights."""
