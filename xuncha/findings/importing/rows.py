"""Old ledgers are read: what columns they have, then their rows by the columns that were settled."""

from __future__ import annotations

from xuncha.archive.queries import path_of
from xuncha.extraction.child import Reader
from xuncha.findings.models import Paper


def read_ledger(paper: Paper, reader: Reader) -> None:
    """Read a paper of kind ledger, as far as it can be read now; the worker then puts it up for review.

    Called by `working.Worker` for a paper that it has taken up, outside any transaction, and once more from the start
    where the server stopped in the middle: what an earlier try wrote is written over. Reads in the child through
    ``reader`` and lets its `DocumentError` through, which fails the paper. Writes `LedgerRow` rows in transactions of
    its own and of the paper only ``reading`` (``Paper.objects.filter(pk=paper.pk).update(reading=…)``), never state or
    version. ``paper.reading["step"]`` says what is wanted: nothing yet (survey the columns) or ``rows`` (read the rows
    by ``plan``, then the page shows them); `xuncha.findings.actions.reading.renew` tells how far it is.
    """
    survey = reader.survey(path_of(paper.file), name=paper.name)
    Paper.objects.filter(pk=paper.pk).update(
        reading={**paper.reading, "step": "columns", "survey": survey.as_json(), "format": survey.format}
    )
