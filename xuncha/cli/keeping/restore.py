"""`xuncha restore`: an archive becomes a data folder again, or nothing does."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xuncha.cli.keeping.locks import Closed, Foreign, passphrase
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import tell
from xuncha.cli.wording import say


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. ``keys`` is null where the keys lie in the folder that ``XUNCHA_KEYS`` names."""

    archive: Path
    keys: Path | None
    to: Path
    passphrase_file: Path | None
    keys_passphrase_file: Path | None
    format: str


def restore(asked: Asked) -> int:
    """Put everything back; 0 when it stands and its trail holds, 1 when the trail does not, 2 when nothing was done."""
    try:
        with _staging(asked.to.resolve()) as folder:
            manifest = _unpacked(asked, folder)
            verdict = _brought_to_life(folder, manifest)
            _move(folder, asked.to.resolve())
    except Unusable as fault:
        tell(fault.words)
        return 2
    said = {"folder": str(asked.to), "id": manifest["id"], "made_at": manifest["made_at"], **verdict}
    said["files"], said["missing"] = manifest["files"], manifest["missing"]
    if asked.format == "json":
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print(say("restored", path=asked.to, made=manifest["made_at"], files=f"{manifest['files']:,}"))
        print(say(f"restored_trail_{verdict['trail']}", checked=f"{verdict['checked']:,}", seq=verdict["broken"]))
    if verdict["destroyed_since"]:
        tell(say("restored_destroyed", numbers=", ".join(verdict["destroyed_since"][:10])))
    for place in manifest["missing"][:20]:
        tell(say("restored_file_missing", name=place))
    return 1 if verdict["trail"] == "broken" else 0


@contextlib.contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A private folder on the disk of the target, gone afterwards unless it became the target. Errors: `Unusable`."""
    os.umask(0o077)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Unusable(say("restore_not_empty", path=target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.restoring-", dir=target.parent))
    except OSError as error:
        raise Unusable(say("not_written", name=target.name, reason=error.strerror or str(error))) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(asked: Asked, folder: Path) -> dict[str, Any]:
    """Unpack and check archive and keys. Errors: `Unusable`."""
    manifest = _read(asked.archive, "data", asked.passphrase_file, say("type_archive_passphrase"), folder)
    if asked.keys is not None:
        keys = _read(asked.keys, "keys", asked.keys_passphrase_file, say("type_keys_passphrase"), folder)
        if keys["id"] != manifest["id"] and keys["keys"] != manifest["keys"]:
            raise Unusable(say("restore_other_keys", name=asked.keys.name))
        # Those just unpacked count; where they are to lie is the office's own step.
        os.environ.pop("XUNCHA_KEYS", None)
    return manifest


def _read(file: Path, part: str, passphrase_file: Path | None, prompt: str, folder: Path) -> dict[str, Any]:
    from xuncha.cli.keeping.packing import Damaged, read_archive

    words = passphrase(passphrase_file, prompt, new=False)
    try:
        with file.open("rb") as source:
            return read_archive(source, part, words, folder)
    except Foreign as error:
        raise Unusable(say(f"archive_foreign_{part}", name=file.name)) from error
    except Closed as error:
        raise Unusable(say("archive_closed", name=file.name)) from error
    except Damaged as error:
        raise Unusable(say("archive_damaged", name=file.name)) from error
    except OSError as error:
        raise Unusable(say("archive_unreadable", name=file.name, reason=error.strerror or str(error))) from error


def _brought_to_life(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Database in place, keys compared, trail checked against the anchor of the archive. Errors: `Unusable`."""
    from xuncha.cli.office import database
    from xuncha.cli.office.django import start

    sqlite = folder / "database.sqlite3"
    if sqlite.exists():
        if os.environ.get("XUNCHA_DATABASE", "").strip():
            raise Unusable(say("restore_is_sqlite"))
        sqlite.rename(folder / "xuncha.sqlite3")
    elif not os.environ.get("XUNCHA_DATABASE", "").strip().startswith("postgres"):
        raise Unusable(say("restore_is_postgresql"))
    (folder / "files").mkdir(exist_ok=True, mode=0o700)
    start(folder=folder)
    _fits(folder, manifest)
    if manifest["database"] == "postgresql":
        _into_postgresql(folder)
    found = database.state(folder)
    if found.state is database.State.BEHIND:
        return {"trail": "unchecked", "checked": 0, "broken": None, "destroyed_since": []}
    found.require_current()
    verdict = {**_verified(manifest), "destroyed_since": _destroyed_since()}
    from django.db import connections

    connections.close_all()
    return verdict


def _fits(folder: Path, manifest: dict[str, Any]) -> None:
    """Errors: `Unusable` where a newer program wrote it, or the keys are not those it was sealed with."""
    from django.db.migrations.loader import MigrationLoader

    from xuncha.cli.keeping.backup import fingerprints

    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ours = {app for app, _ in known}
    newer = [name for name in manifest["migrations"] if name.partition(".")[0] in ours]
    newer = [name for name in newer if tuple(name.split(".", 1)) not in known]
    if newer:
        raise Unusable(say("database_ahead", steps=", ".join(newer[:4])))
    here = fingerprints(folder)
    if any(here.get(name) != mark for name, mark in manifest["keys"].items()):
        raise Unusable(say("restore_keys_missing"))


def _into_postgresql(folder: Path) -> None:
    from xuncha.cli.keeping.snapshot import database_name, program, run
    from xuncha.cli.office import database

    found = database.state(folder)
    if found.state is database.State.UNREACHABLE:
        found.require_current()
    if found.state is not database.State.EMPTY:
        raise Unusable(say("restore_database_not_empty"))
    dump = folder / "database.dump"
    words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    run(program("pg_restore"), *words, database_name(), str(dump))
    dump.unlink()


def _destroyed_since() -> list[str]:
    """Numbers of certificates beside the keys that are younger than the backup: what they destroyed is back.

    Known where the keys lie in their own folder; out of an archive of keys no certificate comes.
    """
    from xuncha.security.retention import certificates

    try:
        return certificates.later()
    except (OSError, UnicodeDecodeError):
        return []


def _verified(manifest: dict[str, Any]) -> dict[str, Any]:
    from xuncha.security import accounts, anchors, chain, circumstances, record
    from xuncha.security.models import Anchor

    lines = set(Anchor.objects.values_list("line", flat=True))
    if manifest["anchor"]:
        lines.add(manifest["anchor"])
    try:
        links = anchors.links(lines)
    except anchors.FaultyAnchor:
        return {"trail": "broken", "checked": 0, "broken": 0}
    links.setdefault(manifest["trail"]["seq"], bytes.fromhex(manifest["trail"]["link"]))
    links.pop(0, None)
    verdict = chain.verify(links)
    if verdict.holds:
        with circumstances.under("command"):
            record.record_restore(
                accounts.command_line(),
                what={"id": manifest["id"], "made_at": manifest["made_at"], "seq": verdict.checked},
            )
    return {"trail": "holds" if verdict.holds else "broken", "checked": verdict.checked, "broken": verdict.broken}


def _move(folder: Path, target: Path) -> None:
    """The folder takes its name: until here nothing bears it. Errors: `Unusable`."""
    from xuncha.cli.keeping.packing import sync_folder

    try:
        folder.chmod(0o700)
        if target.exists():
            target.rmdir()
        folder.rename(target)
    except OSError as error:
        raise Unusable(say("not_written", name=target.name, reason=error.strerror or str(error))) from error
    sync_folder(target.parent)
