"""The addresses of the pages, stage by stage."""

from __future__ import annotations

from django.urls import include, path

from xuncha.web.workspace import language, second_step, sign_in
from xuncha.web.workspace.desk import desk
from xuncha.web.workspace.notices import notices

urlpatterns = [
    path("", desk, name="desk"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-in/second-factor/", second_step.second_step, name="second_step"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", include("xuncha.web.workspace.account.urls")),
    path("notices/", notices, name="notices"),
    path("language/", language.set_language, name="set_language"),
    path("", include("xuncha.web.findings.urls")),
    path("", include("xuncha.web.rectification.urls")),
    path("rounds/", include("xuncha.web.rounds.urls")),
    path("units/", include("xuncha.web.organisation.urls")),
    path("schemes/", include("xuncha.web.rulebook.urls")),
    path("people/", include("xuncha.web.people.urls")),
    path("retention/", include("xuncha.web.retention.urls")),
    path("openings/", include("xuncha.web.openings.urls")),
    path("trail/", include("xuncha.web.trail.urls")),
]
