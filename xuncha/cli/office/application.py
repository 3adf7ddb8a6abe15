"""What the serving process runs: the pages, and beside them the reader of papers and the jobs."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import util
from typing import Any

READING_ENDS_WITHIN = 10.0
"""Seconds that a paper under reading may still take when the server stops; it is taken up at the next start."""


def application() -> Callable[..., Any]:
    """The WSGI application; called once, in the process that serves."""
    from django.core.wsgi import get_wsgi_application

    log_to_standard_output()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.config.settings")
    served = get_wsgi_application()
    _read_papers()
    _do_jobs()
    _end_with_the_parent()
    return served


def log_to_standard_output() -> None:
    """A server's log goes where whoever started it looks: there nothing else is said."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(sys.stdout)


def _read_papers() -> None:
    try:
        from xuncha.findings.importing.working import Worker
    except ModuleNotFoundError:
        return
    worker = Worker()
    worker.start()
    # Called by multiprocessing at the end of the process, after the last request was answered.
    util.Finalize(None, worker.stop, exitpriority=10)


def _do_jobs() -> None:
    from xuncha.security.jobs import Jobs

    jobs = Jobs()
    jobs.start()
    util.Finalize(None, jobs.stop, exitpriority=10)


def _end_with_the_parent() -> None:
    """When the supervising process was killed, this one ends as well, gracefully: it holds the data folder."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
