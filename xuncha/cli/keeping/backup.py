"""`xuncha backup`: one sealed archive of the running system; the keys in another one, never in the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xuncha.cli.keeping.locks import new_head, passphrase
from xuncha.cli.office.django import start_on_current
from xuncha.cli.office.folder import Unusable
from xuncha.cli.terminal import steps, tell
from xuncha.cli.wording import say

SCRATCH: Final = ".backup-"
"""How the folder begins in which a backup works; what a killed one left is removed by the next."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. ``keys_to`` is null where the keys are kept otherwise."""

    output: Path
    keys_to: Path | None
    passphrase_file: Path | None
    keys_passphrase_file: Path | None
    force: bool
    format: str


def backup(asked: Asked, *, no_keys: bool) -> int:
    """Write the archive; 0 when all is in it, 1 when not, 2 when it was asked for wrongly."""
    if (asked.keys_to is None) != no_keys:
        tell(say("backup_keys_where"))
        return 2
    try:
        home = start_on_current()
        said = _Backup(home, asked).made()
    except Unusable as fault:
        tell(fault.words)
        return 1
    if asked.format == "json":
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print(say("backup_made", name=asked.output, files=f"{said['files']:,}", size=f"{said['size']:,}"))
        print(say("backup_trail", seq=f"{said['trail']['seq']:,}", digest=said["sha256"]))
        print(say("backup_keys_made", name=asked.keys_to) if asked.keys_to else say("backup_without_keys"))
    for place in said["missing"][:20]:
        tell(say("backup_file_missing", name=place))
    return 1 if said["missing"] else 0


@dataclass(slots=True)
class _Backup:
    """One backup while it is made."""

    home: Path
    asked: Asked
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    files: int = 0
    missing: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def made(self) -> dict[str, Any]:
        from xuncha.cli.keeping.packing import Changed, placed, sha256_of
        from xuncha.cli.keeping.snapshot import snapshot
        from xuncha.security import anchors

        asked = self.asked
        self._check_targets()
        words = passphrase(asked.passphrase_file, say("type_archive_passphrase"), new=True)
        keys_words = ""
        if asked.keys_to is not None:
            keys_words = passphrase(asked.keys_passphrase_file, say("type_keys_passphrase"), new=True)
            if keys_words == words:
                raise Unusable(say("passphrases_same"))
        anchors.drop_anchor()
        self._sweep()
        try:
            with contextlib.ExitStack() as stack:
                scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=SCRATCH, dir=self.home)))
                out = stack.enter_context(placed(asked.output, force=asked.force))
                seen = stack.enter_context(snapshot(scratch))
                keys = fingerprints(self.home)
                if asked.keys_to is not None:
                    keys_out = stack.enter_context(placed(asked.keys_to, force=asked.force))
                    self._write_keys(keys_out, keys_words, scratch, keys)
                trail, made = self._write_data(out, words, scratch, seen, keys)
                out.seek(0)
                digest, size = sha256_of(out), out.tell()
        except FileExistsError as error:
            raise Unusable(say("backup_exists", name=error.filename or asked.output.name)) from error
        except Changed as error:
            raise Unusable(say("backup_file_changed", name=error.name)) from error
        except OSError as error:
            raise Unusable(say("not_written", name=asked.output.name, reason=error.strerror or str(error))) from error
        said = {
            "id": self.id, "name": str(asked.output), "keys": str(asked.keys_to) if asked.keys_to else None,
            "size": size, "sha256": digest, "files": self.files, "trail": trail, "anchor": made,
            "missing": self.missing,
        }  # fmt: skip
        self._record(said)
        return said

    def _check_targets(self) -> None:
        """Errors: `Unusable` before any work where a target cannot be used."""
        asked = self.asked
        targets = [path for path in (asked.output, asked.keys_to) if path is not None]
        if len(targets) == 2 and targets[0].resolve() == targets[1].resolve():
            raise Unusable(say("backup_keys_where"))
        for path in targets:
            if path.exists() and (not asked.force or not path.is_file()):
                raise Unusable(say("backup_exists", name=path.name))
            if not path.parent.is_dir():
                raise Unusable(say("not_written", name=path.name, reason=say("no_such_folder")))

    def _sweep(self) -> None:
        import time

        for left in self.home.glob(f"{SCRATCH}*"):
            with contextlib.suppress(OSError):
                # Another may be at work: a day is longer than any.
                if time.time() - left.stat().st_mtime > 24 * 3600:
                    shutil.rmtree(left)

    def _write_keys(self, out: Any, words: str, scratch: Path, keys: dict[str, str]) -> None:
        from xuncha.cli.keeping.packing import Member, write_archive

        members = [Member(name, path) for name, path in key_files(self.home)]
        write_archive(
            out, new_head("keys", self.id), words, members, lambda counted: {"keys": keys},
            scratch=scratch, algorithm=_algorithm(),
        )  # fmt: skip

    def _write_data(
        self, out: Any, words: str, scratch: Path, seen: Any, keys: dict[str, str]
    ) -> tuple[dict[str, Any], str | None]:
        from django.utils import timezone

        from xuncha import __version__
        from xuncha.cli.keeping.packing import write_archive

        seq, link = next(seen.ask("SELECT seq, link FROM security_trailhead WHERE id = 1"), (0, b""))
        trail = {"seq": seq, "link": bytes(link).hex()}
        anchor = next(seen.ask("SELECT line FROM security_anchor ORDER BY seq DESC LIMIT 1"), (None,))[0]
        number = next(seen.ask("SELECT count(*) FROM archive_storedfile WHERE refused = ''"))[0]
        steps_done = [f"{app}.{name}" for app, name in seen.ask("SELECT app, name FROM django_migrations ORDER BY id")]
        made_at = timezone.now().isoformat(timespec="seconds")

        def manifest(counted: Any) -> dict[str, Any]:
            return {
                "made_at": made_at, "program": __version__, "database": seen.kind, "migrations": steps_done,
                "trail": trail, "anchor": anchor, "files": self.files, "missing": self.missing,
                "released": self.released, "keys": keys,
            }  # fmt: skip

        with steps(number + 1, say("backup_progress")) as step:
            write_archive(
                out, new_head("data", self.id), words, self._members(seen, step), manifest,
                scratch=scratch, algorithm=_algorithm(),
            )  # fmt: skip
        return trail, anchor

    def _members(self, seen: Any, step: Callable[[], None]) -> Iterator[Any]:
        from xuncha.archive.places import files
        from xuncha.cli.keeping.packing import Changed, Member

        yield Member(seen.file.name, seen.file)
        step()
        folder = files()
        for place, sha256 in seen.ask("SELECT place, sha256 FROM archive_storedfile WHERE refused = '' ORDER BY id"):
            path = folder / place
            if path.is_file():
                self.files += 1
                yield Member(f"files/{place}", path)
            else:
                now = _place_now(sha256)
                if now not in (place, None):
                    raise Changed(place)
                (self.missing if now else self.released).append(place)
            step()

    def _record(self, said: dict[str, Any]) -> None:
        from xuncha.security import accounts, record

        kept = {name: said[name] for name in ("id", "size", "sha256", "files")}
        record.record_backup(
            accounts.command_line(),
            what={**kept, "seq": said["trail"]["seq"], "keys": said["keys"] is not None, "missing": len(self.missing)},
        )


def key_files(home: Path) -> Iterator[tuple[str, Path]]:
    """The files of keys with their names in an archive of keys."""
    from django.conf import settings

    for path in sorted(Path(settings.KEYS).glob("*.key")):
        yield f"keys/{path.name}", path
    if (home / "secret.key").is_file():
        yield "secret.key", home / "secret.key"


def fingerprints(home: Path) -> dict[str, str]:
    """Name → what tells one key from another and betrays nothing of it: the start of a digest over 256 random bits."""
    return {
        name: hashlib.sha256(b"xuncha key\n" + path.read_bytes().strip()).hexdigest()[:16]
        for name, path in key_files(home)
        if name.startswith("keys/")
    }


def _algorithm() -> str:
    from django.conf import settings

    return str(settings.SEALING)


def _place_now(sha256: str) -> str | None:
    """Where a file that is not where the copy says should lie by now; null where it was let go since."""
    from xuncha.archive.models import StoredFile

    return StoredFile.objects.filter(sha256=sha256, refused="").values_list("place", flat=True).first()
