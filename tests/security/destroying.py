"""A destruction whose process is killed: python -m tests.security.destroying prepare | carry_out MOMENT | look.

MOMENT: ``destroying`` (in the middle of a portion), ``unlinking`` (after a portion stands, before its files are gone),
``certifying`` (before the certificate stands), ``never``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

PAPERS, PORTION = 5, 2


def main(what: str, moment: str = "never") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
    import django

    django.setup()
    {"prepare": prepare, "carry_out": lambda: carry_out(moment), "look": look}[what]()


def prepare() -> None:
    """Five papers that are due, and their destruction, approved."""
    import datetime

    from django.core.management import call_command
    from django.utils import timezone

    from xuncha.findings import retained
    from xuncha.findings.actions.uploading import upload
    from xuncha.findings.models import Paper
    from xuncha.security.models import Grant, User
    from xuncha.security.retention import actions
    from xuncha.security.roles import Role

    call_command("migrate", verbosity=0)
    people = [User.objects.create_user(name, name=name) for name in ("staff", "head", "guard")]
    for person, role in zip(people, (Role.OFFICE_STAFF, Role.OFFICE_HEAD, Role.SECURITY_ADMINISTRATOR), strict=True):
        Grant.objects.create(user=person, role=role, valid_from=datetime.date(2020, 1, 1))
    staff, head, guard = people
    for number in range(PAPERS):
        upload([(f"{number}.txt", [f"第{number}件".encode()])], actor=staff)
    long_ago = timezone.make_aware(datetime.datetime(1990, 1, 1))
    Paper.objects.update(state="discarded", uploaded_at=long_ago)
    found = actions.propose_destruction(retained.PAPERS, reason="保管期满", actor=staff)
    found = actions.confirm_destruction(found.pk, actor=head, version=found.version)
    actions.approve_destruction(found.pk, actor=guard, version=found.version)


def carry_out(moment: str) -> None:
    """Go on with what is approved, until the moment."""
    from xuncha.findings import retained
    from xuncha.security.retention import certificates, destroying

    def dies(*_args: Any, **_options: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    retained.PAPERS.portion = PORTION
    real, portions = retained.PAPERS.destroy, []

    def second_dies(rows: Any) -> Any:
        portions.append(real(rows))
        return dies() if len(portions) == 2 else portions[-1]

    if moment == "destroying":
        retained.PAPERS.destroy = second_dies  # type: ignore[method-assign]
    elif moment == "unlinking":
        Path.unlink = dies  # type: ignore[method-assign]
    elif moment == "certifying":
        certificates._digest = dies
    destroying.carry_out_approved()


def look() -> None:
    """How it stands, as JSON."""
    from xuncha.archive.places import files
    from xuncha.findings.models import Paper
    from xuncha.security import chain
    from xuncha.security.models import Destroyed, Destruction, TrailEntry
    from xuncha.security.retention import certificates

    found = Destruction.objects.get()
    print(
        json.dumps(
            {
                "state": found.state,
                "count": found.count,
                "listed": Destroyed.objects.count(),
                "destroyed": Paper.objects.filter(state="destroyed", text="").count(),
                "files": sum(path.is_file() for path in files().rglob("*")),
                "certificates": len(certificates.lines_of_file()),
                "told": TrailEntry.objects.filter(act="certify_destruction").count(),
                "holds": chain.verify().holds,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
