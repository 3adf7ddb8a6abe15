"""What the ledger is searched in, and how Chinese text is cut for it.

Neither database searches inside Chinese sentences by itself: text is cut into overlapping pairs of characters, and
the last character of each run stands alone, so that every single character is the beginning of some token. A query
of one character is a search by prefix; a longer one asks for all its pairs, and `text` settles what they left open.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from operator import add

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

from xuncha.findings.models.finding import Finding
from xuncha.security import bulk

_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_WORD = re.compile(r"[a-z0-9]+")
_PLAIN = frozenset(string.ascii_lowercase + string.digits)


class SearchText(models.Model):
    """检索文本: number, statement, facts and what is stated of one finding, folded, as it was cut into the index."""

    finding = models.OneToOneField(Finding, models.CASCADE, primary_key=True, related_name="search_text")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]


def fold(words: str) -> str:
    """Text as it is compared: one width, one case, white space gone to single spaces."""
    return " ".join(unicodedata.normalize("NFKC", words).lower().split())


def grams(folded: str) -> Iterator[str]:
    """The tokens of folded text."""
    for run in _RUN.findall(folded):
        if _WORD.fullmatch(run):
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run)))


def query_grams(folded: str) -> tuple[list[str], list[str]]:
    """What a query asks for: whole tokens, and tokens by their beginning."""
    whole: list[str] = []
    beginnings: list[str] = []
    for run in _RUN.findall(folded):
        if _WORD.fullmatch(run) or len(run) == 1:
            beginnings.append(run)
        else:
            whole.extend(run[i : i + 2] for i in range(len(run) - 1))
    return list(dict.fromkeys(whole)), list(dict.fromkeys(beginnings))


def index(texts: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
    """Put findings into the search index, or put their new text in place of the old: pairs of key and words.

    ``fresh``: none of them is in it yet.
    """
    rows = [(key, fold(words)) for key, words in texts]
    connection = connections[router.db_for_write(SearchText)]
    for i in range(0, len(rows), 500):
        part = rows[i : i + 500]
        if fresh:
            bulk.insert(SearchText, ("finding", "text"), part)
            _cut(connection, part)
            continue
        old = dict(SearchText.objects.filter(finding__in=[key for key, _ in part]).values_list("finding_id", "text"))
        SearchText.objects.bulk_create(
            [SearchText(finding_id=key, text=text) for key, text in part],
            update_conflicts=True,
            unique_fields=["finding"],
            update_fields=["text"],
        )
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # The index holds no text of its own: what was put in must be named to be taken out.
                cursor.executemany(
                    "INSERT INTO findings_search(findings_search, rowid, grams) VALUES ('delete', %s, %s)",
                    [(key, _joined(text)) for key, text in old.items()],
                )
        _cut(connection, part)


def _cut(connection: BaseDatabaseWrapper, rows: list[tuple[int, str]]) -> None:
    """The tokens of texts whose rows are there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "INSERT INTO findings_search(rowid, grams) VALUES (%s, %s)",
                [(key, _joined(text)) for key, text in rows],
            )
        else:
            cursor.executemany(
                "UPDATE findings_searchtext SET grams = array_to_tsvector(%s) WHERE finding_id = %s",
                [(sorted(set(grams(text))), key) for key, text in rows],
            )


def _joined(text: str) -> str:
    # As `grams`, without a step for each: ten thousand texts are cut while somebody waits.
    return " ".join(
        run if run[0] in _PLAIN else " ".join([*map(add, run, run[1:]), run[-1]]) for run in _RUN.findall(text)
    )


def match(folded: str, vendor: str) -> tuple[str, Sequence[object]] | None:
    """SQL of a query that gives keys of findings, with its parameters; null where nothing can be asked for."""
    whole, beginnings = query_grams(folded)
    if not whole and not beginnings:
        return None
    if vendor == "sqlite":
        asked = " ".join([f'"{gram}"' for gram in whole] + [f'"{gram}"*' for gram in beginnings])
        return "SELECT rowid FROM findings_search WHERE findings_search MATCH %s", (asked,)
    asked = " & ".join([f"'{gram}'" for gram in whole] + [f"'{gram}':*" for gram in beginnings])
    return "SELECT finding_id FROM findings_searchtext WHERE grams @@ %s::tsquery", (asked,)
