"""The static files as they are served: under names that change with their content."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types come with it
    """Imports between our script modules too bear the changing names: else a module imported under both of its names
    would run twice, and an old copy in a browser would meet new pages. Scripts of others are left as they are."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("xuncha/js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
