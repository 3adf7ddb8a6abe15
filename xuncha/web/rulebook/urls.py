"""Addresses of the office's own settings."""

from __future__ import annotations

from django.urls import path

from xuncha.web.rulebook import deadlines, editing, holidays, pages, settings

urlpatterns = [
    path("", pages.schemes_page, name="schemes"),
    path("office/", settings.office_settings, name="office_settings"),
    path("add/", settings.add_scheme, name="scheme_add"),
    path("deadlines/", deadlines.deadlines_page, name="deadlines"),
    path("deadlines/add/", deadlines.add_deadline, name="deadline_add"),
    path("deadlines/<int:pk>/", deadlines.edit_deadline, name="deadline_edit"),
    path("deadlines/<int:pk>/apply/", deadlines.apply_deadline, name="deadline_apply"),
    path("holidays/", holidays.holidays_page, name="holidays"),
    path("holidays/rest/", holidays.rest_days, name="rest_days"),
    path("holidays/file/", holidays.holidays_file, name="holidays_file"),
    path("holidays/file/<slug:ending>/", holidays.holidays_download, name="holidays_download"),
    path("holidays/apply/", holidays.apply_holidays, name="holidays_apply"),
    path("<int:pk>/", pages.scheme_page, name="scheme"),
    path("<int:pk>/edit/", editing.edit_scheme, name="scheme_edit"),
    path("<int:pk>/file/", editing.scheme_file, name="scheme_file"),
    path("<int:pk>/file/<slug:ending>/", editing.scheme_download, name="scheme_download"),
    path("<int:pk>/apply/", editing.apply_scheme, name="scheme_apply"),
    path("<int:pk>/lead/", settings.lead_scheme, name="scheme_lead"),
    path("<int:pk>/state/", settings.scheme_state, name="scheme_state"),
]
