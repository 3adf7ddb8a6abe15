"""What rounds and terms are called, in templates."""

from __future__ import annotations

from typing import Any

from django import template

from xuncha.web.language import in_language
from xuncha.web.rounds.wording import round_name, term_name

register = template.Library()
register.filter("round_name", round_name)
register.filter("term_name", term_name)


@register.filter
def own_name(thing: Any) -> str:
    """The name of a sector, scheme or category in the language of the page; empty where there is none."""
    return in_language(thing.name, thing.name_en) if thing else ""


@register.filter
def thousands(number: Any) -> str:
    """12,345; empty where there is no number."""
    return f"{number:,}" if isinstance(number, int) else ""
