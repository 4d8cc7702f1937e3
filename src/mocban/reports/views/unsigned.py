"""The list of the unsigned, on the page and on paper, with what mends each row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mocban.people.models import Organisation
from mocban.people.selectors import today, units_open
from mocban.registry.choices import Sufficiency
from mocban.registry.mending import files_of, remedy
from mocban.registry.sufficiency import WAYS
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, unsigned
from ..answers import printed
from ..figures import Asked
from ..forms import UnsignedForm

ADDRESSES = {"outgoing": "registry:outgoing", "incoming": "registry:incoming", "copies": "registry:copy"}


def _asked(request: Any) -> tuple[Organisation, UnsignedForm]:
    organisation: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "unsigned.read", organisation)
    given = {name: request.GET[name] for name in UnsignedForm.base_fields if request.GET.get(name)}
    return organisation, UnsignedForm(
        {"year": today().year, "way": "outgoing", **given}, units=units_open(request.actor)
    )


def _chosen(request: Any, form: UnsignedForm) -> unsigned.Chosen:
    asked = Asked(request.actor, form.period(), today())
    cleaned = form.cleaned_data
    return unsigned.Chosen(asked, cleaned["way"], cleaned["unit"], cleaned["lack"])


@require_GET
def unsigned_page(request: Any) -> HttpResponse:
    """Counts by unit and month, each leading to its documents; below them the list and what mends each row."""
    _organisation, form = _asked(request)
    context: dict[str, Any] = {"title": _("Văn bản điện tử chưa đủ chữ ký số"), "form": form}
    if not form.is_valid():
        return page(request, "reports/unsigned.html", context, status=422)
    chosen = _chosen(request, form)
    way, asked = chosen.way, chosen.asked
    counted = unsigned.overview(chosen)
    rows = keyset(unsigned.rows(chosen), order=WAYS[way].order, cursor=request.GET.get("cursor"), total=counted.listed)
    context |= {
        "period": asked.period,
        "way": way,
        "tabs": _tabs(form, way),
        "overview": counted,
        "table": _table(form, counted),
        "lacks": [(label, number, _address(form, lack=state)) for state, label, number in counted.lacks],
        "page": rows,
        "items": _items(rows.rows, chosen),
        "query": _query(form),
        "narrowed": bool(chosen.unit or chosen.lack),
        "everything": _address(form, unit="", lack=""),
    }
    return page(request, "reports/unsigned.html", context)


@require_GET
def unsigned_print(request: Any, ending: str) -> HttpResponse:
    """The same choice on paper or as a workbook."""
    organisation, form = _asked(request)
    if not form.is_valid():
        raise Http404
    chosen = _chosen(request, form)
    return printed(lambda: unsigned.unsigned_sheet(chosen, organisation), ending)


def _items(rows: list[Any], chosen: unsigned.Chosen) -> list[dict[str, Any]]:
    actor, on, way = chosen.asked.actor, chosen.asked.on, chosen.way
    names, files = unsigned.unit_names(actor.organisation_id), files_of(rows, way)
    return [
        {
            "row": row,
            "url": reverse(ADDRESSES[way], args=[row.pk]),
            "code": unsigned.code_of(row, way),
            "day": unsigned.day_of(row, way),
            "unit": names.get(row.unit_key) or unsigned.nobody(way),
            "lack": Sufficiency(row.sufficiency).label,
            "tone": "danger" if row.sufficiency == Sufficiency.INVALID else "warning",
            "remedy": remedy(row, way, files.get(row.document_id), actor=actor, on=on),
        }
        for row in rows
    ]


def _query(form: UnsignedForm, **changed: Any) -> str:
    kept = {name: form.cleaned_data[name] for name in UnsignedForm.base_fields}
    return urlencode({name: value for name, value in {**kept, **changed}.items() if value})


def _address(form: UnsignedForm, **changed: Any) -> str:
    return f"{reverse('reports:unsigned')}?{_query(form, **changed)}#list"


def _tabs(form: UnsignedForm, way: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"{reverse('reports:unsigned')}?{_query(form, way=name, unit='', lack='')}",
            "current": name == way,
        }
        for name, label in unsigned.WAY_LABELS.items()
    ]


def _table(form: UnsignedForm, counted: unsigned.Overview) -> list[dict[str, Any]]:
    """The lines of the overview with the address behind each number."""
    lines = [*counted.lines, counted.whole] if counted.lines else []
    return [
        {
            "name": line.name,
            "months": [
                (month, number, _address(form, unit=line.unit, part=f"m{month}", lack=""))
                for month, number in line.months
            ],
            "number": line.number,
            "url": _address(form, unit=line.unit, lack=""),
            "share": line.share,
            "whole": line is counted.whole,
        }
        for line in lines
    ]
