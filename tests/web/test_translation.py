"""What is shown is marked for translation, and is translated."""

from __future__ import annotations

import io
import runpy
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils.translation import gettext, ngettext, override

from tests.web.marking import chinese_in_module, lines_with_chinese, made_up_ids, unmarked_in_template

PROGRAM = Path(__file__).parents[2] / "bin" / "translate.py"
# Modules that pages and programs are made of; the pure floors quote Chinese papers and are not shown.
SHOWN = ("web", "api", "config", "findings", "rounds", "organisation", "archive", "rulebook", "security")
# Chinese that is no wording for readers, by file.
QUOTED = {
    "rulebook/models.py": "the usual name of an office, until it enters its own",
    "rulebook/migrations/0001_initial.py": "the usual name of an office, until it enters its own",
    "web/asked.py": "the sign of money that people type after a sum",
    "web/pictures/gantt.py": "the end of a holiday's name",
    "findings/actions/numbering.py": "part of a finding's number, the same in every language",
    "findings/importing/drafting.py": "words that papers use",
    "findings/queries/naming.py": "how units and rounds are called in papers",
    "findings/actions/feeding.py": "what a feedback is called in the office's papers",
    "findings/importing/marked.py": "part of a file's name, in both languages",
    "findings/importing/repeats.py": "a fault in both languages, kept with its row",
    "findings/importing/rows.py": "a fault in both languages; what offices write behind the name of a corrected file",
    "organisation/importing.py": "heads of lists as offices write them",
    "rulebook/importing.py": "heads of lists as offices write them",
    "web/findings/finding/form.py": "dates as people type them",
    "findings/similarity.py": "figures and measure words of statements",
}  # fmt: skip


def modules(root: Path) -> list[Path]:
    found = [path for folder in SHOWN for path in (root / "xuncha" / folder).rglob("*.py")]
    assert len(found) > 50
    return found


class Done(NamedTuple):
    code: int
    said: str
    faults: str


def translate(root: Path, *arguments: str) -> Done:
    """bin/translate over a tree."""
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as faults:
        code = runpy.run_path(str(PROGRAM))["main"](["--root", str(root), *arguments])
    return Done(code, said.getvalue(), faults.getvalue())


def test_a_password_has_one_word_in_chinese(root: Path) -> None:
    """口令; the other word stands only where another program's menu is quoted, and as a topic of papers."""
    told = [*(root / "xuncha").rglob("*.py"), *(root / "xuncha").rglob("*.po"), *(root / "xuncha").rglob("*.html")]
    told += [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    faults = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in told
        for line in path.read_text("utf-8").splitlines()
        if "密码" in line.replace("用密码进行加密", "")
    ]
    assert faults == []


def test_the_catalogue_is_whole(root: Path) -> None:
    done = translate(root, "--check")
    assert done.code == 0, done.faults


def test_every_word_of_a_template_is_marked(root: Path) -> None:
    folder = root / "xuncha" / "web" / "templates"
    templates = sorted(folder.rglob("*.html"))
    assert templates
    # A piece of a tag, with attributes alone.
    templates.remove(folder / "rectification" / "plans" / "_told.html")
    bare = [
        f"{template.relative_to(folder)}:{line}: {words}"
        for template in templates
        for line, words in unmarked_in_template(template.read_text("utf-8"))
    ]
    assert bare == []


def test_modules_that_are_shown_hold_no_chinese(root: Path) -> None:
    found = {}
    for module in modules(root):
        for line, words in chinese_in_module(module.read_text("utf-8")):
            found.setdefault(module.relative_to(root / "xuncha").as_posix(), []).append(f"{line}: {words[:30]}")
    assert {name: lines for name, lines in found.items() if name not in QUOTED} == {}
    assert set(QUOTED) - set(found) == set(), "no longer needed"


def test_scripts_hold_no_chinese(root: Path) -> None:
    scripts = sorted((root / "xuncha" / "web" / "static").rglob("*.js"))
    assert {path.name: lines for path in scripts if (lines := lines_with_chinese(path))} == {}


def test_ids_are_written_out(root: Path) -> None:
    made_up = {module.name: lines for module in modules(root) if (lines := made_up_ids(module.read_text("utf-8")))}
    assert made_up == {}


def test_the_reader_chooses_the_language() -> None:
    with override("zh-hans"):
        assert gettext("Sign out") == "退出登录"
    with override("en"):
        assert gettext("Sign out") == "Sign out"
        assert ngettext("%(n)s row", "%(n)s rows", 2) == "%(n)s rows"


# The looking itself is looked at: a test that cannot fail finds nothing.


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("<p>Sign out</p>", 1),
        ("<p>\n\n 退出\n</p>", 3),
        ("{% if a %}\n<p>{{ n }} rows</p>{% endif %}", 2),
        ('<input\n placeholder="Number">', 2),
        ('<a aria-label="Close {{ name }}"></a>', 1),
        ('<a title="{{ n }} 项"></a>', 1),
        ('<img alt="Picture" src="a.png">', 1),
        ('<input type="submit" value="Save">', 1),
        ('<a data-keys-label="Search"></a>', 1),
        ('<a data-any="搜索"></a>', 1),
        ("<kbd>Press</kbd>", 1),
        ("<code>two words</code>", 1),
        ("<kbd>x</kbd> close", 1),
        ("Xuncha shows", 1),
        ("巡察台账", 1),
        ("&nbsp;and&nbsp;", 1),
        ("{% blocktranslate %}a{% endblocktranslate %} b", 1),
        ("{# a #}\n{% comment %}\n\n{% endcomment %}b", 4),
        ('{% state "draft" "Draft" %}', 1),
        ('{% state "draft" "草稿" %}', 1),
        ('{{ a|default:"None yet" }}', 1),
        ('{{ a|yesno:"Yes,No" }}', 1),
        ('{% include "a.html" with title="Save all" %}', 1),
        ('{% include "a.html" with title="保存" %}', 1),
        ('{% firstof a "Unknown" %}', 1),
    ],
)
def test_bare_words_are_found(template: str, line: int) -> None:
    assert [at for at, _ in unmarked_in_template(template)] == [line]


@pytest.mark.parametrize(
    "template",
    [
        '{% translate "Sign out" %}',
        '<a title="{% translate \'Sign out\' %}" class="word" href="/ledger/" data-state="draft">12 · {{ name }}</a>',
        "{% blocktranslate %}one {{ n }}{% plural %}two <b>three</b>{% endblocktranslate %}",
        "{# note #}{% comment %}a note{% endcomment %}<!-- a note -->",
        "<kbd>Esc</kbd><kbd>/</kbd> <code>bin/xuncha</code>",
        "<title>{{ title }} Xuncha</title><h1>巡察</h1>",
        '{% include "components/toast.html" with text=_("Saved") classes="end wide" %}',
        '{% now "Y-m-d H:i" %}{{ day|date:"Y-m-d" }}{% if state == "draft" %}{% url "ledger" %}{% endif %}',
        '<a{% if here %} aria-current="page"{% endif %} class="{% if a %}b{% else %}c{% endif %}"></a>',
        "<p>&nbsp;·&nbsp;12</p>",
        '<input type="hidden" name="next" value="ledger">',
    ],
)
def test_what_is_marked_or_is_no_word_passes(template: str) -> None:
    assert unmarked_in_template(template) == []


def test_chinese_in_a_module_is_found_outside_docstrings() -> None:
    assert chinese_in_module('"""轮次"""\n# 轮次\nA = "round"\n"""轮次"""') == []
    assert chinese_in_module('A = 1\nB = ["轮次"]\nC = f"第{A}轮"') == [(2, "轮次"), (3, "第"), (3, "轮")]


@pytest.mark.parametrize(
    "call", ['_(f"a {b}")', '_("a" + b)', '_("a %s" % b)', '_("a {}".format(b))', 'ngettext("a", f"{b}", 2)']
)
def test_an_id_that_is_put_together_is_found(call: str) -> None:
    assert made_up_ids(f"from django.utils.translation import gettext as _, ngettext\n{call}") == [2]


def test_an_id_that_is_written_out_passes() -> None:
    assert made_up_ids('from django.utils.translation import gettext as _\n_("a %(b)s") % {"b": f"{c}"}\n_(word)') == []


def test_chinese_in_a_script_is_found(tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    script.write_text("// 说明\n/* 说\n明 */ const a = 'x';\nconst b = '保存';", "utf-8")
    assert lines_with_chinese(script) == [4]


PAGE = "{% load i18n %}{% translate 'Save' %}\n{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}{% comment %}x{% endcomment %}\n  {% translate 'Open' context 'a case' %}"
MODULE = (
    'from django.utils.translation import gettext_lazy as _\nA = _("At %(place)s"\n      " now")\nB = other("Not said")'
)
PART = """
msgid "Save"
msgstr "保存"

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s行"

msgctxt "a case"
msgid "Open"
msgstr "未结"

msgid "At %(place)s now"
msgstr "现在%(place)s"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree of one page, one module and one part, in step."""
    for name, words in (("web/templates/page.html", PAGE), ("module.py", MODULE), ("web/locale/parts/page.po", PART)):
        path = tmp_path / "xuncha" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, "utf-8")
    translate(tmp_path)
    assert translate(tmp_path, "--check").faults == ""
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("web/templates/page.html", "'Save'", "'Keep'", "'Keep' has no translation"),
        ("web/templates/page.html", "'Save'", "'Keep'", "'Save' is said nowhere"),
        ("web/templates/page.html", "'a case'", "'a door'", "'Open' has no translation"),
        ("module.py", " now", " once", "'At %(place)s once' has no translation"),
        ("module.py", "%(place)s", "%s", "a placeholder without a name"),
        ("web/locale/parts/page.po", "%(n)s行", "%(m)s行", "differ in placeholders"),
        ("web/locale/parts/page.po", "现在%(place)s", "现在", "differ in placeholders"),
        ("web/locale/parts/page.po", "保存", "<b>保存</b>", "differ in markup"),
        ("web/locale/parts/page.po", "保存", "保存,", "half-width"),
        ("web/locale/parts/page.po", "保存", "保存！", "exclamation"),
        ("web/locale/parts/page.po", "保存", "", "'Save' has no translation"),
        ("web/locale/parts/page.po", 'msgid "Save"', '#, fuzzy\nmsgid "Save"', "is marked fuzzy"),
        ("web/locale/parts/page.po", 'msgstr "保存"', "保存", "page.po: cannot be read"),
        ("web/locale/parts/page.po", "保存", "存好", "django.mo is out of step"),
        ("web/locale/parts/page.po", "保存", "存好", "django.po is out of step"),
    ],
)
def test_the_check_finds(tree: Path, file: str, old: str, new: str, fault: str) -> None:
    path = tree / "xuncha" / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    done = translate(tree, "--check")
    assert done.code == 1
    assert fault in done.faults


def test_the_check_finds_two_translations_of_one_id(tree: Path) -> None:
    other = tree / "xuncha" / "web" / "locale" / "parts" / "other.po"
    other.write_text('msgid "Save"\nmsgstr "保存"\n', "utf-8")
    assert translate(tree, "--check").code == 0
    other.write_text('msgid "Save"\nmsgstr "存好"\n', "utf-8")
    done = translate(tree, "--check")
    assert done.code == 1
    assert "('保存',)" in done.faults


def test_the_check_finds_a_catalogue_edited_by_hand(tree: Path) -> None:
    catalogue = tree / "xuncha" / "web" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    catalogue.write_bytes(catalogue.read_bytes() + b"\0")
    assert "django.mo is out of step" in translate(tree, "--check").faults


def test_what_is_missing_is_printed_as_a_part(tree: Path) -> None:
    part = tree / "xuncha" / "web" / "locale" / "parts" / "page.po"
    part.write_text("", "utf-8")
    page = translate(tree, "--missing", "page").said
    assert 'msgctxt "a case"\nmsgid "Open"\nmsgstr ""' in page
    assert 'msgid_plural "%(n)s rows"\nmsgstr[0] ""' in page
    assert "place" not in page
    # Filled in, it is a part.
    part.write_text(translate(tree, "--missing").said.replace('""', '"译"'), "utf-8")
    assert "no translation" not in translate(tree, "--check").faults
