"""The life of the child: a line of JSON in, a result file and a line of JSON out, until nobody asks any more."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from xuncha.extraction.child import limits

_OFFICE = frozenset((".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt", ".et", ".ett", ".ods"))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    limits.bound()
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        limits.allow(request["seconds"], office=Path(request["path"]).suffix in _OFFICE)
        answer = answer_to(request)
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
        if not answer["sound"]:
            return
        if hasattr(signal, "alarm"):
            signal.alarm(0)


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; ``sound`` says whether this process can be trusted with another file."""
    from xuncha.documents.errors import DocumentError
    from xuncha.extraction.child.errors import as_data
    from xuncha.extraction.child.tasks import TASKS

    wanted = {key: value for key, value in request.items() if key not in ("task", "path", "out", "seconds")}
    try:
        TASKS[request["task"]](Path(request["path"]), Path(request["out"]), **wanted)
    except DocumentError as error:
        return {"sound": True, "error": as_data(error)}
    except MemoryError:
        return {"sound": False, "error": {"code": "memory"}}
    except Exception as error:  # a fault of ours in one file must not lose the others
        return {"sound": False, "error": {"code": "unexpected", "found": f"{type(error).__name__}: {error}"[:300]}}
    return {"sound": True, "done": True}


def _leave(*_: object) -> None:
    # Unwinds, so that what was started (LibreOffice) is ended.
    raise SystemExit(143)


if __name__ == "__main__":
    main()
