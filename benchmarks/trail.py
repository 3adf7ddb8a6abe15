"""The check of a trail of a million entries: seconds, memory, and how much of it is bare reading.

bin/bench trail [--entries 1000000]
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import uuid
from pathlib import Path

BOUND = 60
PORTION = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        os.environ["XUNCHA_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
        import django
        from django.core.management import call_command
        from django.db import connection, transaction

        django.setup()
        call_command("migrate", verbosity=0)
        from xuncha.security import anchors, chain, payloads, trail
        from xuncha.security.models import User

        actor = User.objects.create_user("bench", name="基准")
        words = {"before": {"severity": ""}, "after": {"severity": "high", "statement": "专项资金拨付不及时" * 4}}
        began = time.perf_counter()
        for start in range(0, asked.entries, PORTION):
            with transaction.atomic():
                # Each entry of an object of its own: the hard case, a key to unwrap for each.
                told = [
                    (("findings.finding", start + i + 1), words) for i in range(min(PORTION, asked.entries - start))
                ]
                trail.write(told, actor=actor, act="edit_finding", batch=uuid.uuid4())
        wrote = time.perf_counter() - began
        anchor = anchors.drop_anchor()
        assert anchor is not None
        payloads.unwrapped.cache_clear()
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.*, k.wrapped FROM security_trailentry e JOIN security_objectkey k ON k.id = e.key_id"
            )
            while cursor.fetchmany(2000):
                pass
        read = time.perf_counter() - began
        began = time.perf_counter()
        verdict = chain.verify(anchors.links([anchor.line]), processes=asked.processes)
        took = time.perf_counter() - began
        assert verdict.holds and verdict.checked == asked.entries
        size = Path(folder, "xuncha.sqlite3").stat().st_size / asked.entries
        print(f"written   {wrote / asked.entries * 1e6:7.1f} µs an entry, {size:.0f} bytes each in the database")
        print(f"bare read {read:7.1f} s")
        print(
            f"{'met ' if took <= BOUND else 'MISS'} check {took:7.1f} s for {asked.entries:,} entries, {took / read:.1f} x bare reading; "
            f"at most {BOUND} s a million; peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )


if __name__ == "__main__":
    main()
