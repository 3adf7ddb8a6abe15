"""Small pieces of the look: marks, states, due dates, sortable heads, bars. docs/look.md lists their use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from xuncha.web import forms

register = template.Library()


@register.simple_tag
def mark(name: str, variant: str = "") -> SafeString:
    """A mark of 12 px in the colour of its text; ``variant`` is ``large`` for 16 px. The word stands beside it."""
    return format_html(
        '<svg class="mark{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" mark-{variant}" if variant else "",
        static("xuncha/marks.svg"),
        name,
    )


@register.simple_tag
def state(code: str, word: str, shape: str = "") -> SafeString:
    """A state: its mark and its word. ``shape`` names the mark where it is not that of the code."""
    return format_html('<span class="state state-{}">{}<span>{}</span></span>', code, mark(shape or code), word)


@register.simple_tag
def due(code: str, date: str, word: str = "") -> SafeString:
    """A due date: ``code`` is none, soon, late or suspended; ``word`` what is left of it, such as 剩6天."""
    shape = "" if code == "none" else mark(code)
    rest = format_html(" <span>{}</span>", word) if word else ""
    return format_html('<span class="due due-{}">{}<span class="date">{}</span>{}</span>', code, shape, date, rest)


@register.simple_tag
def sort_head(label: str, url: str, direction: str = "", classes: str = "") -> SafeString:
    """A table head that sorts: ``direction`` is ascending, descending or empty; ``url`` gives the other order."""
    return format_html(
        '<th scope="col"{}{}><a href="{}">{}{}</a></th>',
        format_html(' class="{}"', classes) if classes else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        url,
        label,
        mark(direction) if direction else "",
    )


@register.simple_tag
def bar(share: float, label: str, ink: str = "k3") -> SafeString:
    """A bar filled to ``share`` (0-1) in one of the five inks or a state's colour; ``label`` is read aloud."""
    return stacked_bar([(ink, share)], label)


@register.simple_tag
def stacked_bar(parts: Iterable[Sequence[object]], label: str) -> SafeString:
    """A bar of several parts, each ``(ink, share 0-1)``, one after the other; ``label`` is read aloud."""
    drawn = []
    start = 0.0
    for ink, share in parts:
        width = min(max(float(str(share)), 0.0), 1.0 - start)
        drawn.append((ink, f"{start:.2%}", f"{width:.2%}"))
        start += width
    return format_html(
        '<svg class="bar" role="img" aria-label="{}"><rect class="ink-k1" width="100%" height="100%"/>{}</svg>',
        label,
        format_html_join("", '<rect class="ink-{}" x="{}" width="{}" height="100%"/>', drawn),
    )


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> str:
    """The words of a block once more: the title in the window's title bar is that of the page."""
    if context.render_context is None:
        return ""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks is not None else None
    return " ".join(strip_tags(block.render(context)).split()) if block is not None else ""


@register.filter
def kind(field: BoundField) -> str:
    """What the control of a field is: check, choices, select, text, file or hidden."""
    return forms.kind(field.field.widget)


@register.simple_tag
def fault_count(form: BaseForm) -> int:
    """How many sentences there are about a form."""
    return sum(len(sentences) for sentences in form.errors.values())
