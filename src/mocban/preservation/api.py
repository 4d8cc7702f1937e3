"""Packages over the API: the same list, check and download as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse
from ninja import Query, Router, Schema

from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.selectors import today
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from . import selectors, services
from .download import sent
from .models import Package

router = Router(tags=["preservation"])


class PackageOut(Schema):
    id: UUID
    identifier: str
    title: str
    sha256: str
    size: int
    state: str
    findings: list[dict[str, str]]
    built_at: datetime
    checked_at: datetime | None


@router.get("", response=Listing[PackageOut], summary="Archive packages, newest first")
def package_list(request: Any, q: Query[PageQuery]) -> dict[str, Any]:
    packages = selectors.packages_for(request.actor)
    return listing(keyset(packages, order=("-built_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/{uuid:pk}", response=PackageOut, summary="One archive package")
def package_detail(request: Any, pk: UUID) -> Package:
    return get(Package, request.actor, pk=pk)  # type: ignore[no-any-return]


@router.post("/{uuid:pk}/check", response=PackageOut, summary="Check a package now")
def package_check(request: Any, pk: UUID) -> Package:
    return services.check_package(package=get(Package, request.actor, pk=pk), actor=request.actor, on=today())


@router.get("/{uuid:pk}/content", summary="Download the package (.zip)")
def package_content(request: Any, pk: UUID) -> FileResponse:
    package = get(Package, request.actor, pk=pk)
    return sent(package, services.take_out(package=package, actor=request.actor))
