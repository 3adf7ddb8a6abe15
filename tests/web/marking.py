"""Finds words that are shown without being marked for translation, in templates and in modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

LETTER = re.compile(r"[^\W\d_]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Names that are the same in every language: the product, kinds of files, a digest.
PRODUCT = re.compile(r"\b(?:Xuncha|SHA-256|xlsx|xls|csv|toml)\b|^巡察$")
# One key of the keyboard; one word of code, such as a file's name or a command.
KEY = re.compile(r".|Esc|Enter|Tab|Shift|Ctrl|Alt|Del|Home|End|PgUp|PgDn")
CODE = re.compile(r"[\w./:=-]+", re.ASCII)

SHOWN = {"title", "placeholder", "alt", "label", "content:description"}
SHOWN_ENDINGS = (
    "-label",
    "-title",
    "-text",
    "-words",
    "-placeholder",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
)
BUTTONS = {"submit", "button", "reset"}
# Tags whose quoted arguments are names, addresses or formats, or which mark what they hold.
NAMING = {
    "load",
    "extends",
    "include",
    "block",
    "url",
    "static",
    "now",
    "translate",
    "trans",
    "blocktranslate",
    "blocktrans",
    "language",
    "cycle",
}
# Blocks that hold classes or attributes.
IN_A_TAG = ("_class", "_attributes", "dialog_form")
QUOTED = re.compile(r"""(?P<before>[\w.]*[=:(]?)(?P<quote>["'])(?P<words>.*?)(?P=quote)""")
NOT_WORDS = {"class=", "classes=", "date:", "time:"}

TRANSLATORS = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
}


def unmarked_in_template(source: str) -> list[tuple[int, str]]:
    """Line and words of what a template shows without marking it."""
    page, faults = _page_of(source)
    reader = _Page()
    reader.feed(page)
    reader.close()
    return sorted({*faults, *reader.faults})


def _page_of(source: str) -> tuple[str, list[tuple[int, str]]]:
    """The template without its tags and comments and what they mark, line by line; and words bare inside tags."""
    page: list[str] = []
    faults: list[tuple[int, str]] = []
    until = ""
    line = 1
    # The stack of open blocks: one named so stands inside of a tag in the template it is handed to.
    blocks: list[str] = []
    for token in Lexer(source).tokenize():
        # The lexer drops line breaks nowhere: they are counted from what it has passed.
        text = token.contents if token.token_type == TokenType.TEXT else ""
        name = token.contents.split(None, 1)[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        page.append("\n" * (token.lineno - line))
        line = max(line, token.lineno)
        if until:
            if name == until:
                until = ""
            text = "\n" * text.count("\n")
        elif name == "block":
            blocks.append(token.contents.split()[1])
        elif name == "endblock":
            blocks.pop()
        elif blocks and blocks[-1].endswith(IN_A_TAG) and "<" not in text and not _open_tag(page):
            text = "\n" * text.count("\n")
        elif name in ("comment", "blocktranslate", "blocktrans"):
            until = f"end{name}"
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            faults += _bare_in_tag(token, name)
        page.append(text or " ")
        line += text.count("\n")
    return "".join(page), faults


def _open_tag(page: list[str]) -> bool:
    """Whether the page so far ends inside of a tag: there the attributes are read anyway."""
    so_far = "".join(page)
    return so_far.rfind("<") > so_far.rfind(">")


def _bare_in_tag(token: Token, name: str) -> Iterator[tuple[int, str]]:
    """Quoted words of a tag or a filter that are shown: sentence case or Chinese; codes are lower case."""
    for match in QUOTED.finditer(token.contents):
        before, words = match["before"], match["words"]
        marked = before in ("_(", "=_(", ":_(") or before.endswith("_(")
        named = name in NAMING and not (name == "include" and before.endswith("="))
        if marked or before in NOT_WORDS:
            continue
        if (CHINESE.search(words) and name not in ("translate", "trans")) or (
            not named and re.match(r"[A-Z][a-z]+(?:[ ,.:]|$)", words) and not PRODUCT.search(words)
        ):
            yield token.lineno, words


class _Page(HTMLParser):
    """Reads a page without tags of templates; `faults` holds line and words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[tuple[int, str]] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("code", "kbd", "script", "style"):
            self._inside.append(tag)
        given = {name: value or "" for name, value in attrs}
        start, raw = self.getpos()[0], self.get_starttag_text() or ""
        for name, value in attrs:
            if (value and self._is_shown(tag, name, given)) or CHINESE.search(value or ""):
                place = raw.find(value or "")
                self._look(value or "", start + raw[: max(place, 0)].count("\n"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        within = self._inside[-1] if self._inside else ""
        words = data.strip()
        if (within == "kbd" and KEY.fullmatch(words)) or (within == "code" and CODE.fullmatch(words)):
            return
        if within not in ("script", "style"):
            self._look(data, self.getpos()[0])

    @staticmethod
    def _is_shown(tag: str, name: str, given: dict[str, str]) -> bool:
        if name == "value":
            return tag == "input" and given.get("type") in BUTTONS
        if name == "content":
            return given.get("name") == "description"
        return name in SHOWN or name.endswith(SHOWN_ENDINGS)

    def _look(self, text: str, line: int) -> None:
        bare = PRODUCT.sub(lambda match: " " * len(match[0]), text) if text.strip() != "巡察" else ""
        letter = LETTER.search(bare)
        if letter:
            self.faults.append((line + bare[: letter.start()].count("\n"), " ".join(text.split())[:60]))


def chinese_in_module(source: str) -> list[tuple[int, str]]:
    """Line and words of Chinese literals outside docstrings and comments."""
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return sorted(
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in alone
        and CHINESE.search(node.value)
    )


def made_up_ids(source: str) -> list[int]:
    """Lines where what is handed to gettext is put together first: an f-string, ``%``, ``+`` or ``format``."""
    tree = ast.parse(source)
    names = set(TRANSLATORS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname for alias in node.names if alias.name in TRANSLATORS and alias.asname}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in names and any(_is_made_up(each) for each in node.args)
    ]


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_made_up(argument: ast.expr) -> bool:
    if isinstance(argument, ast.BinOp):
        return any(
            isinstance(side, (ast.Constant, ast.JoinedStr)) and not isinstance(getattr(side, "value", ""), int)
            for side in (argument.left, argument.right)
        )
    if isinstance(argument, ast.Call):
        return _called(argument) == "format" and isinstance(argument.func, ast.Attribute)
    return isinstance(argument, ast.JoinedStr)


def comments_left_out(source: str) -> str:
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", lambda match: "\n" * match[0].count("\n"), source, flags=re.S)


def lines_with_chinese(path: Path) -> list[int]:
    """Lines of a script that hold Chinese outside comments."""
    return [
        number
        for number, line in enumerate(comments_left_out(path.read_text("utf-8")).split("\n"), 1)
        if CHINESE.search(line)
    ]
