"""How a package leaves the store over HTTP."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse

from .models import Package


def sent(package: Package, path: Path) -> FileResponse:
    """Stream the package under its identifier; nothing on the way keeps a copy."""
    name = f"{package.identifier.replace(':', '_')}.zip"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
