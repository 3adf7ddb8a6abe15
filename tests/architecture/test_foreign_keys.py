"""Each foreign key points to its own floor or a lower one."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from django.apps import apps


def _floors(root: Path) -> dict[str, int]:
    """Folder → height, the lowest is 0."""
    contract = configparser.ConfigParser()
    contract.read(root / ".importlinter", "utf-8")
    lines = contract["importlinter:contract:floors"]["layers"].strip().splitlines()
    layers = [re.findall(r"\w+", line) for line in lines if not line.strip().startswith(";")]
    return {name: len(layers) - height for height, layer in enumerate(layers) for name in layer}


def test_foreign_keys_point_downward(root: Path) -> None:
    floors = _floors(root)
    upward = []
    seen = 0
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("xuncha."):
            continue
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model is not None:
                seen += 1
                target = field.related_model._meta.app_label
                if floors[target] > floors[model._meta.app_label]:
                    upward.append(f"{model._meta.label}.{field.name} → {target}")
    assert seen > 50
    assert upward == []
