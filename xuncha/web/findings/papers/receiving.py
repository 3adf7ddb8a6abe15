"""Uploads go straight to the disk, and no further than the limit."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from xuncha.archive.places import incoming
from xuncha.security.errors import Invalid

DRAINED: Final = 4
"""How many times the limit a caller may go on sending before the connection is cut."""


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]
    """A file that came, in the data folder among the incoming; gone when it is closed.

    ``fault`` says why it came cut short (``file_too_large``, ``disk_full``); empty for one that is whole.
    """

    fault: str = ""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The bytes. Errors: `Invalid` with the fault: half a file is not taken for a whole one, by whichever way."""
        if self.fault:
            raise Invalid(self.fault, faults={"file": self.fault}, limit=settings.UPLOAD_LIMIT_BYTES)
        yield from super().chunks(chunk_size)

    def temporary_file_path(self) -> str:
        return str(self.file.name) if self.file is not None else ""

    def close(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            super().close()


class ReceivingHandler(FileUploadHandler):
    """Writes each file to the data folder's own disk, so that the page can name one that is too large and take the
    others in."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._sent = 0
        try:
            folder = incoming()
            folder.mkdir(parents=True, exist_ok=True)
            place = tempfile.NamedTemporaryFile(suffix=".upload", dir=folder)  # noqa: SIM115  closed with the request
        except OSError as error:
            raise StopUpload(connection_reset=True) from error
        self.file = ReceivedFile(place, self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._sent += len(raw_data)
        if self._sent > settings.UPLOAD_LIMIT_BYTES:
            self.file.fault = "file_too_large"
            if self._sent > DRAINED * settings.UPLOAD_LIMIT_BYTES:
                raise StopUpload(connection_reset=True)
        if not self.file.fault:
            try:
                self.file.write(raw_data)
            except OSError:
                self.file.fault = "disk_full"

    def file_complete(self, file_size: int) -> ReceivedFile:
        with contextlib.suppress(OSError):
            self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        file = getattr(self, "file", None)
        if file is not None:
            with contextlib.suppress(OSError):
                os.remove(file.temporary_file_path())
            file.close()
