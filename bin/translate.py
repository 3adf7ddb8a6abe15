"""The Chinese catalogue: gathered from pages and program, joined from parts, compiled. Run by bin/translate.

    translate.py [--check | --missing [AREA]] [--root FOLDER]

Message ids stand in ``xuncha/**/*.py`` and in the templates. Their translations are written by hand in
``xuncha/web/locale/parts/*.po``, one part an area; ``django.po`` and ``django.mo`` are made from both and never edited.
GNU gettext is not needed. docs/translation.md tells how to work with it.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
CATALOGUE = Path("xuncha/web/locale/zh_Hans/LC_MESSAGES")
PARTS = Path("xuncha/web/locale/parts")
TEMPLATES = Path("xuncha/web/templates")

# What each function of django.utils.translation takes: which arguments are ids, "c" the context.
_ONE, _MANY = (1,), (1, 2)
_ONE_SAID, _MANY_SAID = ((1, "c"), 2), ((1, "c"), 2, 3)
FUNCTIONS: Mapping[str, tuple[Any, ...]] = {
    "gettext": _ONE,
    "gettext_lazy": _ONE,
    "gettext_noop": _ONE,
    "ngettext": _MANY,
    "ngettext_lazy": _MANY,
    "pgettext": _ONE_SAID,
    "pgettext_lazy": _ONE_SAID,
    "npgettext": _MANY_SAID,
    "npgettext_lazy": _MANY_SAID,
}
# What templatize makes of {% translate %}, {% blocktranslate %} and _("…").
OF_TEMPLATES = {name: FUNCTIONS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")} | {"_": _ONE}

_NAMED = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]")
_UNNAMED = re.compile(r"%[#0\- +]*[\d.]*[sdfrx]")
_BRACED = re.compile(r"\{(\w*)[^{}]*\}")
_MARKUP = re.compile(r"</?\w[^<>]*>")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[!！]")


class Key(NamedTuple):
    """What a translation is found by: the id and its context."""

    id: str
    context: str


@dataclass
class Said:
    """A message id as pages and program use it."""

    id: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.id, self.plural) if self.plural else (self.id,)


@dataclass
class Translated:
    """A translation and the part it stands in."""

    part: str
    message: Message

    @property
    def strings(self) -> tuple[str, ...]:
        text = self.message.string
        return (text,) if isinstance(text, str) else tuple(text or ())


class ChineseCatalogue(Catalog):
    """A catalogue whose head holds no date and no version: the same words give the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", LOCALE),
            ("Plural-Forms", "nplurals=1; plural=0;"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def said_in(root: Path) -> tuple[dict[Key, Said], list[str]]:
    """All message ids of program and pages, and what is wrong with how they are written."""
    found: dict[Key, Said] = {}
    faults: list[str] = []
    for path in [*sorted((root / "xuncha").rglob("*.py")), *sorted((root / TEMPLATES).rglob("*.html"))]:
        name = path.relative_to(root).as_posix()
        try:
            for said in _said_in_file(path):
                before = found.setdefault(Key(said.id, said.context), said)
                before.files.add(name)
                if said.plural and before.plural and said.plural != before.plural:
                    faults.append(f"{name}: {said.id!r} has another plural elsewhere")
                before.plural = before.plural or said.plural
        except SyntaxError as fault:
            faults.append(f"{name}: cannot be read: {fault}")
    for said in found.values():
        if any(_UNNAMED.search(each) for each in said.ids):
            faults.append(f"{min(said.files)}: {said.id!r} has a placeholder without a name")
    return found, faults


def _said_in_file(path: Path) -> Iterator[Said]:
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        functions = names_of_functions(source)
    else:
        functions = dict(OF_TEMPLATES)
        # The result only resembles Python: its indents would be errors.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=path.name).splitlines())
    if not functions:
        return
    for _line, words, _comments, context in extract("python", io.BytesIO(source.encode()), functions):
        one, many = (words, "") if isinstance(words, str) else (words[0], words[1] if len(words) > 1 else "")
        if one:
            yield Said(one, many or "", context or "")


def names_of_functions(source: str) -> dict[str, tuple[Any, ...]]:
    """The names by which a module calls the functions of translation, ``_`` for example."""
    names: dict[str, tuple[Any, ...]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            if node.module == "django.utils.translation" and alias.name in FUNCTIONS:
                names[alias.asname or alias.name] = FUNCTIONS[alias.name]
            elif node.module == "django.utils" and alias.name == "translation":
                names |= FUNCTIONS
    return names


def translated_in(folder: Path) -> tuple[dict[Key, Translated], list[str]]:
    """What the parts translate, and what is wrong with them; of two translations the first part's stands."""
    found: dict[Key, Translated] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.po")):
        try:
            with path.open("rb") as file:
                part = read_po(file, locale=LOCALE, abort_invalid=True)
        except (PoFileError, ValueError) as fault:
            faults.append(f"{path.name}: cannot be read: {fault}")
            continue
        for message in part:
            if not message.id:
                continue
            one = message.id if isinstance(message.id, str) else message.id[0]
            if message.fuzzy:
                faults.append(f"{path.name}: {one!r} is marked fuzzy")
            new = Translated(path.name, message)
            if not new.strings or not all(new.strings):
                continue
            before = found.setdefault(Key(one, message.context or ""), new)
            if before.strings != new.strings:
                faults.append(f"{path.name}: {one!r} is {new.strings}, but {before.strings} in {before.part}")
    return found, faults


def faults_between(said: Mapping[Key, Said], translated: Mapping[Key, Translated]) -> list[str]:
    """What lacks a translation, what translates nothing, and translations that do not fit their id."""
    faults = [f"{min(said[key].files)}: {key.id!r} has no translation" for key in sorted(said) if key not in translated]
    for key, entry in sorted(translated.items()):
        if key not in said:
            faults.append(f"{entry.part}: {key.id!r} is said nowhere")
        else:
            faults += [f"{entry.part}: {key.id!r} {fault}" for fault in misfits(said[key].ids, entry.strings)]
    return faults


def misfits(ids: Sequence[str], strings: Sequence[str]) -> list[str]:
    """Where a translation does not fit its id: placeholders, markup, ends, signs."""
    faults = []
    for text in strings:
        for what, pattern in (("placeholders", _NAMED), ("places in braces", _BRACED), ("markup", _MARKUP)):
            wanted, given = ({*pattern.findall(each)} for each in (" ".join(ids), text))
            if wanted != given:
                faults.append(f"and its translation differ in {what}: {sorted(wanted)} and {sorted(given)}")
        if ids[0].endswith("\n") != text.endswith("\n") or ids[0].startswith("\n") != text.startswith("\n"):
            faults.append("and its translation differ in the line break at an end")
        wrong = _HALF_WIDTH.search(_MARKUP.sub("", text))
        if wrong:
            faults.append(f"is translated with the half-width or exclamation mark {wrong[0][-1]!r}")
    return faults


def composed(said: Mapping[Key, Said], translated: Mapping[Key, Translated]) -> tuple[bytes, bytes]:
    """The catalogue as ``django.po`` and as ``django.mo``."""
    catalogue = ChineseCatalogue(locale=LOCALE, header_comment="# Made by bin/translate; not edited.", fuzzy=False)
    for key in sorted(said):
        entry = said[key]
        strings = translated[key].strings if key in translated else ("",)
        catalogue.add(
            entry.ids if entry.plural else entry.id,
            strings if entry.plural else strings[0],
            context=entry.context or None,
        )
    for message in catalogue:
        message.flags.clear()
    words, compiled = io.BytesIO(), io.BytesIO()
    write_po(words, catalogue, width=0, no_location=True, sort_output=True)
    write_mo(compiled, catalogue)
    return words.getvalue().rstrip(b"\n") + b"\n", compiled.getvalue()


def skeleton(said: Mapping[Key, Said], translated: Mapping[Key, Translated], area: str) -> str:
    """A part to fill in: what files whose path holds ``area`` say that has no translation yet."""
    lines: list[str] = []
    for key in sorted(said):
        entry = said[key]
        files = sorted(name for name in entry.files if area in name)
        if key in translated or not files:
            continue
        lines.append(f"#: {' '.join(files)}")
        if entry.context:
            lines.append(f"msgctxt {_quoted(entry.context)}")
        lines.append(f"msgid {_quoted(entry.id)}")
        lines += [f"msgid_plural {_quoted(entry.plural)}", 'msgstr[0] ""', ""] if entry.plural else ['msgstr ""', ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/translate", description="The Chinese catalogue of pages and program.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the catalogue is not right")
    parser.add_argument("--missing", metavar="AREA", nargs="?", const="", help="print what has no translation yet")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    said, faults = said_in(chosen.root)
    translated, more = translated_in(chosen.root / PARTS)
    if chosen.missing is not None:
        print(skeleton(said, translated, chosen.missing))
        return 0
    faults += more + faults_between(said, translated)
    for name, content in zip(("django.po", "django.mo"), composed(said, translated), strict=True):
        path = chosen.root / CATALOGUE / name
        if path.exists() and path.read_bytes() == content:
            continue
        if chosen.check:
            faults.append(f"{name} is out of step: run bin/translate")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(said)} messages, {len(said.keys() & translated.keys())} translated, {len(faults)} faults")
    return 1 if faults and chosen.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
