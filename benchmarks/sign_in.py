"""What keeping a password costs: one Argon2id hash of this product beside Django's own setting, time and memory.

Run: ``PYTHONPATH=. python benchmarks/sign_in.py``
"""

from __future__ import annotations

import statistics
import time

from argon2.low_level import Type, hash_secret
from django.contrib.auth.hashers import Argon2PasswordHasher

from xuncha.security.hashing import Argon2id

RUNS = 7


def milliseconds(hasher: type[Argon2PasswordHasher]) -> float:
    """The middle of several runs."""
    taken = []
    for _ in range(RUNS):
        started = time.perf_counter()
        hash_secret(
            b"a-long-pass-phrase",
            b"sixteen-signs-of",
            hasher.time_cost,
            hasher.memory_cost,
            hasher.parallelism,
            32,
            Type.ID,
        )
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    ours, theirs = milliseconds(Argon2id), milliseconds(Argon2PasswordHasher)
    print(f"ours    {ours:6.0f} ms  {Argon2id.memory_cost // 1024:4} MiB")
    print(f"Django  {theirs:6.0f} ms  {Argon2PasswordHasher.memory_cost // 1024:4} MiB")
    print(f"time {ours / theirs:.2f}, memory {Argon2id.memory_cost / Argon2PasswordHasher.memory_cost:.2f} of Django's")
