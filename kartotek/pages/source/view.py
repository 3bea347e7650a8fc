"""Gives out the program itself: exactly the files that this process runs."""

from __future__ import annotations

import io
import tarfile
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

import kartotek

LEFT_OUT = ("__pycache__",)


@cache
def archive() -> bytes:
    """The package as a tar.gz; made once a process."""
    package = Path(kartotek.__file__).parent
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for path in sorted(package.rglob("*")):
            if path.is_file() and not set(path.parts) & set(LEFT_OUT):
                tar.add(path, f"kartotek-{kartotek.__version__}/{path.relative_to(package.parent)}")
    return out.getvalue()


@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """A download, open to everybody who can reach the installation."""
    name = f"kartotek-{kartotek.__version__}.tar.gz"
    return HttpResponse(
        archive(),
        content_type="application/gzip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
