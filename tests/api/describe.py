"""Writes docs/api.json from the interface as it is: ``python -m tests.api.describe``, after a change on purpose."""

from __future__ import annotations

import json
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from xuncha.api.interface import api

    place = Path(__file__).parents[2] / "docs" / "api.json"
    described = api.get_openapi_schema(path_prefix="/api/v1/")
    place.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
