"""How Django's forms look: every form is drawn by the templates of ``components/`` without a word in its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

_TEXTS = (forms.TextInput, forms.NumberInput, forms.PasswordInput, forms.DateInput, forms.EmailInput, forms.URLInput)


def kind(widget: forms.Widget) -> str:
    """What a widget is for the look: check, choices, select, text, file or hidden."""
    if isinstance(widget, forms.HiddenInput):
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.ClearableFileInput | forms.FileInput):
        return "file"
    return "text"


_CLASSES = {"check": "check", "choices": "check", "select": "select", "text": "input", "file": "file"}


class HouseField(BoundField):
    """A field whose control bears the class of its kind beside those it was given; a number stands at the right."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        classes = [_CLASSES.get(kind(widget), "")]
        if isinstance(widget, forms.NumberInput):
            classes.append("input-number")
        classes += [str(widget.attrs.get("class", "")), str(attrs.get("class", ""))]
        joined = " ".join(dict.fromkeys(" ".join(classes).split()))
        return {**attrs, "class": joined} if joined else attrs


class HouseRenderer(TemplatesSetting):
    """Forms out of the project's own templates; setting ``FORM_RENDERER``."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = HouseField
