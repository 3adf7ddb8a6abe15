"""How passwords are kept: Argon2id, tuned to a machine of two cores."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 46 MiB, one pass, one lane: the first of OWASP's sets of equal strength (Password Storage Cheat
    Sheet). Django's own setting takes 100 MiB and eight lanes: ten people signing in at once would take a gigabyte.
    Measured in `benchmarks/sign_in.py`. A hash of other parameters or another kind is renewed at the next sign-in.
    """

    time_cost = 1
    memory_cost = 46 * 1024
    parallelism = 1
