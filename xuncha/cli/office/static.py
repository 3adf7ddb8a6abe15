"""The static files of the pages, collected into the data folder when they changed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

# Written last: without it the collection is not whole and is made again.
MARK: Final = "collected"


def collect(home: Path) -> bool:
    """Collect the files with hashed names and compressed copies where they are not the ones of now; whether it did."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{path}\0".encode())
            with storage.open(path) as file:
                digest.update(hashlib.sha256(file.read()).digest())
    wanted = digest.hexdigest()
    mark = Path(settings.STATIC_ROOT) / MARK
    try:
        if mark.read_text("ascii") == wanted:
            return False
    except OSError:
        pass
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(wanted, "ascii")
    return True
