"""The shipped category scheme and sectors become the office's own, to change as it likes."""

from typing import Any

from django.db import migrations

from xuncha.vocabulary import load, scheme


def fill(apps: Any, schema_editor: Any) -> None:
    """Take over what `xuncha.vocabulary` ships, with any additions of the office's vocabulary folder."""
    Scheme, Category, Sector = (apps.get_model("rulebook", name) for name in ("Scheme", "Category", "Sector"))
    words = load("reference")["scheme"]
    leading = Scheme.objects.create(
        code=words["name"], name=words["label"], name_en=words["label_en"], is_leading=True, source="reference case"
    )
    Category.objects.bulk_create(
        Category(
            scheme=leading,
            code=category.code,
            letter=category.letter or "",
            name=category.name,
            name_en=category.name_en,
            group=category.group or "",
            order=order,
            source=category.source,
        )
        for order, category in enumerate(scheme(), start=1)
    )
    Sector.objects.bulk_create(
        Sector(code=entry["code"], name=entry["name"], name_en=entry["name_en"], order=order)
        for order, entry in enumerate(load("sectors")["sectors"], start=1)
    )


def empty(apps: Any, schema_editor: Any) -> None:
    """Take away what no finding and no unit uses; the database refuses the rest."""
    apps.get_model("rulebook", "Scheme").objects.all().delete()
    apps.get_model("rulebook", "Sector").objects.all().delete()


class Migration(migrations.Migration):
    """Data only."""

    dependencies = (("rulebook", "0001_initial"),)
    operations = (migrations.RunPython(fill, empty),)
