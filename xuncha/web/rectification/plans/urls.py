"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rectification.plans import dates, listing, measures, page, texts

urlpatterns = [
    path("", listing.plans, name="plans"),
    path("begin/", listing.begin, name="plan_begin"),
    path("<int:pk>/", page.plan, name="plan"),
    path("<int:pk>/texts/", texts.texts, name="plan_texts"),
    path("items/<int:pk>/measures/", measures.add, name="measure_add"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("measures/<int:pk>/dates/", dates.dates, name="measure_dates"),
    path("measures/<int:pk>/move/", measures.move, name="measure_move"),
    path("measures/<int:pk>/remove/", measures.remove, name="measure_remove"),
]
