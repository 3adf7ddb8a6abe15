"""What the service does by itself now and then: `config` names the jobs (``JOBS``), one thread runs them."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class Jobs:
    """Runs each job when its time has come; the first time at once, so that what was missed is made up for.

    A job may run in several processes at the same time and must not mind.
    """

    def __init__(self) -> None:
        self._due = {name: 0.0 for name, _seconds in settings.JOBS}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """End after the job that runs."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def run_due(self) -> float:
        """Run what is due; the seconds until the next."""
        for name, seconds in settings.JOBS:
            if time.monotonic() >= self._due[name] and not self._stopping.is_set():
                try:
                    import_string(name)()
                except Exception:
                    # The database or the disk may be away for a while; the others go on, and this one tries again.
                    logger.exception("the job %s failed; it is tried again", name)
                self._due[name] = time.monotonic() + seconds
        return max(min(self._due.values(), default=3600.0) - time.monotonic(), 0.1)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                close_old_connections()
                self._stopping.wait(self.run_due())
        finally:
            connections.close_all()
