"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rectification.plans import (
    comparing,
    dates,
    exporting,
    listing,
    measures,
    page,
    papers,
    reviewing,
    rules,
    texts,
)

urlpatterns = [
    path("", listing.plans, name="plans"),
    path("begin/", listing.begin, name="plan_begin"),
    path("<int:pk>/", page.plan, name="plan"),
    path("<int:pk>/texts/", texts.texts, name="plan_texts"),
    path("<int:pk>/submit/", reviewing.submit, name="plan_submit"),
    path("<int:pk>/withdraw/", reviewing.withdraw, name="plan_withdraw"),
    path("<int:pk>/review/", reviewing.review, name="plan_review"),
    path("<int:pk>/revise/", reviewing.revise, name="plan_revise"),
    path("<int:pk>/compare/", comparing.comparison, name="plan_compare"),
    path("<int:pk>/export/", exporting.export, name="plan_export"),
    path("<int:pk>/papers/", papers.from_papers, name="plan_from_papers"),
    path("rule/", rules.rule, name="plan_rule"),
    path("items/<int:pk>/measures/", measures.add, name="measure_add"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("measures/<int:pk>/dates/", dates.dates, name="measure_dates"),
    path("measures/<int:pk>/move/", measures.move, name="measure_move"),
    path("measures/<int:pk>/remove/", measures.remove, name="measure_remove"),
]
