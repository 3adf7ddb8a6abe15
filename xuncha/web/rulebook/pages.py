"""Pages that show the category schemes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuncha.findings.queries import recoding
from xuncha.rulebook import queries
from xuncha.rulebook.permissions import POLICY
from xuncha.web.language import in_language
from xuncha.web.rounds.picture import ledger_address


@require_safe
def schemes_page(request: HttpRequest) -> HttpResponse:
    """All schemes: which one leads, how many categories each has."""
    actor: Any = request.user
    POLICY.require(actor, "see_schemes")
    return render(
        request,
        "rulebook/schemes.html",
        {"schemes": list(queries.schemes()), "may_edit": POLICY.may(actor, "edit_scheme")},
    )


@require_safe
def scheme_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: its categories in order, with the findings that bear them."""
    actor: Any = request.user
    POLICY.require(actor, "see_schemes")
    scheme = queries.find_scheme(pk)
    if scheme is None:
        raise Http404
    categories = list(queries.categories(scheme, with_retired=True).select_related("became"))
    found = recoding.findings_by_category(actor, scheme)
    rows: list[dict[str, Any]] = [
        {
            "category": category,
            "name": in_language(category.name, category.name_en),
            "number": found.get(category.pk, 0),
            "url": ledger_address(category=category.pk) if scheme.is_leading else "",
        }
        for category in categories
    ]
    return render(
        request,
        "rulebook/scheme.html",
        {
            "scheme": scheme,
            "rows": rows,
            "in_use": sum(row["category"].retired_on is None for row in rows),
            "total": sum(row["number"] for row in rows),
            "may_edit": POLICY.may(actor, "edit_scheme"),
        },
    )
