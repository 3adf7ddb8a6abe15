"""What was done or laid down about a finding: measures, apart from status, prospects and mere results."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.model import Span
from xuncha.extraction.prose import CLAUSE_ENDS, COMMAS, Prose
from xuncha.extraction.status import status_of

_ENUMERATOR = re.compile(
    r"(?:^|(?<=[。；;：:，,\s）)”]))(?:[一二三四五六七八九十]{1,2}是|[（(]\d{1,2}[)）]|\d{1,2}[.．、](?!\d))|[①-⑳]|(?:^|(?<=[。；;：:\s]))(?:首先|其次|再次)[，,]"
)

_STATUS_ONLY = re.compile(
    r"^[（(]?(?:该|此|本|上述|以上|这)?(?:项|个|一)?(?:问题|工作|事项|任务)?(?:目前|现|均|已经|已|正在|正|属于?|处于)*"
    r"(?:全部|基本|整体|按期|按时|如期|初步|阶段性)*(?:整改|办理|处理|解决|完成|办结|改|推进|销号|落实|进行|见底|清零|长期|持续|坚持|整治|到位|完毕|好|中|结)+(?:了|中|工作|整改|任务|坚持|推进)*[）)]?$"
)


def measures(prose: Prose, span: Span, *, results: bool = False) -> list[Span]:
    """The measures told in a span, one a span. With ``results`` figures that only compare are kept."""
    text = prose.text
    starts = [m for m in _ENUMERATOR.finditer(text, span.start, span.end) if not prose.is_quoted(m.start())]
    edges = [(span.start, span.start), *((m.start(), m.end()) for m in starts), (span.end, span.end)]
    found: list[Span] = []
    run_on = not starts and not any(sign in text[span.start : span.end] for sign in "；;")
    for (_, body), (end, _) in pairwise(edges):
        for clause in (
            part
            for piece in prose.cut(Span(body, end), CLAUSE_ENDS)
            for part in (_acts(prose, piece) if run_on else [piece])
        ):
            kept = _kept(prose, clause, results=results)
            if kept is not None:
                found.append(kept)
    return found


@cache
def _act() -> re.Pattern[str]:
    """A phrase that begins with a verb of acting."""
    return re.compile(f"(?:并|再|又|同时|还)?(?:{cue('sentences', 'acting').pattern})")


@cache
def _actor() -> re.Pattern[str]:
    """县财政局追回…, 有关单位终止…, 学院重排…: who acted, before a verb of acting."""
    acting = cue("sentences", "acting").pattern
    return re.compile(
        f"(?:有关|相关|各|该)?(?:[一-龥]{{0,12}}?(?:{cue('units', 'actors').pattern}))(?=(?:{acting})|在编制|于\\d)"
    )


def _acts(prose: Prose, clause: Span) -> list[Span]:
    """A sentence that strings acts by commas, cut before each verb of acting; who acted first is left out."""
    acts: list[Span] = []
    for phrase in prose.cut(clause, COMMAS):
        if acts and not _act().match(prose.text, phrase.start, phrase.end):
            acts[-1] = Span(acts[-1].start, phrase.end)
        else:
            acts.append(phrase)
    actor = _actor().match(prose.text, acts[0].start, acts[0].end) if acts else None
    if actor is not None:
        acts[0] = Span(actor.end(), acts[0].end)
    return acts


def _kept(prose: Prose, clause: Span, *, results: bool) -> Span | None:
    """The clause without status words and prospects; null where nothing else is left."""
    pieces = [piece for piece in prose.cut(clause, COMMAS) if not _says_only_status(prose.words(piece))]
    while len(pieces) > 1 and cue("sentences", "notice").search(prose.words(pieces[0])):
        pieces.pop(0)
    while pieces and cue("sentences", "outlook").search(prose.words(pieces[-1])):
        pieces.pop()
    while pieces and cue("sentences", "outlook").search(prose.words(pieces[0])) and len(pieces) == 1:
        pieces.pop(0)
    if not pieces:
        return None
    span = Span(pieces[0].start, pieces[-1].end)
    words = prose.words(span)
    if len(words) < 4 or cue("sentences", "filing").search(words):
        return None
    if not results and len(pieces) == 1 and cue("sentences", "outcome").search(words) and not _opens_with_verb(words):
        return None
    return span


def _says_only_status(words: str) -> bool:
    return (len(words) <= 40 and _STATUS_ONLY.match(words) is not None) or (
        len(words) <= 12 and status_of(words) is not None and not re.search(r"\d", words)
    )


def _opens_with_verb(words: str) -> bool:
    match = cue("sentences", "measure").search(words)
    return match is not None and match.start() == 0


def first_measure(prose: Prose, sentences: list[Span]) -> int:
    """Where, in a paragraph that tells facts and then what was done, the doing begins."""
    for k, sentence in enumerate(sentences):
        score = 0.0
        for phrase in prose.phrases(sentence):
            words = prose.words(phrase)
            acts = cue("sentences", "measure").search(words)
            score += (1.2 if acts and acts.start() <= 12 else 0) - 1.3 * min(1, deficiencies(words, 0, len(words)))
        if score > 0 or (k > 0 and score >= 0):
            return k
    return len(sentences)


def status_at_end(words: str) -> str | None:
    """The status that the last sentences or a closing bracket give."""
    sentences = [part for part in re.split(r"[。；;！\n]", words) if part.strip()]
    for sentence in reversed(sentences[-3:]):
        bracket = re.search(r"[（(]([^（）()]{2,24})[)）]\s*$", sentence)
        state = status_of(bracket.group(1)) if bracket else status_of(sentence)
        if state:
            return state
    return None
