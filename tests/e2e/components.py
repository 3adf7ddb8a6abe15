"""A page with every component on it, drawn by the templates of the product and served to the browser as it would be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation
from playwright.sync_api import Page, Route

PAGE = Path(__file__).parent / "pages" / "components.html"
STATEMENTS = (
    ("人民医院-001", "医用耗材采购论证走形式，18个批次先采购、后补论证材料", "", "soon", "under_way"),
    (
        "人民医院-004",
        "大型设备招标参数设置不合理，三家投标单位技术参数高度雷同，评标专家由采购科自行指定，也没有按规定回避，事后也未追究责任",
        "疑似纸面",
        "late",
        "done",
    ),
    ("卫健局-003", "公共卫生服务专项资金拨付不及时", "", "none", "long_term"),
)


class ProgressForm(forms.Form):
    """One of each kind of field."""

    progress = forms.ChoiceField(label="进度", choices=[("a", "进行中"), ("b", "已完成")], widget=forms.RadioSelect)
    done = forms.CharField(label="完成情况", help_text="写做了什么、结果是什么，要能核对。", widget=forms.Textarea)
    yuan = forms.DecimalField(
        label="追回金额（元）", max_value=41800, widget=forms.NumberInput(attrs={"class": "w-16"})
    )
    leader = forms.ChoiceField(label="责任人", choices=[("", "请选择"), ("1", "白一帆")], required=False)
    sure = forms.BooleanField(label="已核对")


def html(language: str, user: Any, form: forms.Form | None = None, success: str = "") -> str:
    """The page in a language; ``success`` is a message with an undo."""
    request = RequestFactory().get("/components/")
    request.user, request.session = user or AnonymousUser(), {}
    if success:
        request._messages = [Message(25, success, extra_tags="/components/undo/")]
    rows = [
        SimpleNamespace(
            pk=index,
            number=number,
            statement=statement,
            tag=tag,
            unit="县人民医院",
            due={"soon": ("soon", "11-26", "剩6天"), "late": ("late", "11-10", "超10天")}.get(
                due, ("none", "12-31", "")
            ),
            progress=(progress, {"under_way": "进行中", "done": "已完成", "long_term": "长期坚持"}[progress]),
            closure=("none", "未申请"),
        )
        for index, (number, statement, tag, due, progress) in enumerate(STATEMENTS, 1)
    ]
    with translation.override(language):
        return (
            engines["django"]
            .from_string(PAGE.read_text("utf-8"))
            .render(
                {
                    "rows": rows,
                    "form": form or ProgressForm(),
                    "steps": [("工作台", "/"), ("部件", "")],
                    "pager": {"first": 1, "last": 3, "total": 84, "next_url": "#"},
                },
                request,
            )
        )


def serve(page: Page, body: str, path: str = "**/components/") -> None:
    """Let the browser find it at its address, under the policy of the product."""
    policy = Client().get("/sign-in/").headers["Content-Security-Policy"]

    def fulfil(route: Route) -> None:
        route.fulfill(
            body=body, headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
        )

    page.route(path, fulfil)
