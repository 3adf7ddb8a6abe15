"""One of several processes that write the trail at once: python -m tests.security.writers COUNT."""

from __future__ import annotations

import os
import sys


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
    import django

    django.setup()
    from django.db import transaction

    from xuncha.security import trail
    from xuncha.security.models import User

    actor = User.objects.get(username="writer")
    for number in range(count):
        with transaction.atomic():
            trail.record(actor=actor, act="write", thing=actor, after={"number": number})


if __name__ == "__main__":
    main(int(sys.argv[1]))
