"""Components as template tags: `{% load ui %}`. Each draws one template of `ui/parts/`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django import forms, template
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured
from django.forms import BaseForm, BoundField
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from mocban.ui import tables

register = template.Library()

TONES = {"neutral", "info", "success", "warning", "danger"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a Tabler outline icon inside the page: hidden from screen readers, so the words beside it must suffice."""
    return _drawing(name)


@lru_cache(maxsize=512)
def _drawing(name: str) -> SafeString:
    source = Path(settings.NODE_MODULES) / "@tabler/icons/icons/outline" / f"{name}.svg"
    try:
        drawing = source.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise ImproperlyConfigured(f"There is no Tabler icon {name!r} (or npm ci has not run).") from missing
    inner = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    paths = " ".join(line.strip() for line in inner.splitlines() if 'd="M0 0h24v24H0z"' not in line)
    return mark_safe(  # noqa: S308 - text of a pinned package, no input
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f"{paths.strip()}</svg>"
    )


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, width: str = "", hint: str = "", rows: int = 0) -> dict[str, Any]:
    """Draw label, control, help and errors of one form field; `width` is a grid class such as "col-md-6"."""
    widget = bound.field.widget
    box = isinstance(widget, forms.CheckboxInput)
    group = isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    described = [f"{bound.auto_id}_help"] * bool(hint or bound.help_text)
    described += [f"{bound.auto_id}_error"] * bool(bound.errors)
    attributes: dict[str, Any] = {"class": _control_class(widget, bound)}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if rows:
        attributes["rows"] = rows
    if group:  # drawn choice by choice: Django would give the class of the boxes to the element around them too
        widget.attrs["class"] = attributes["class"]
    citations = getattr(bound.form, "citations", {})
    return {
        "bound": bound,
        "control": "" if group else bound.as_widget(attrs=attributes),
        "hint": hint or bound.help_text,
        "width": width or "col-12",
        "box": box,
        "group": group,
        "file": isinstance(widget, forms.FileInput),
        "many": getattr(widget, "allow_multiple_selected", False),
        "citation": citations.get(bound.name, ""),
    }


def _control_class(widget: forms.Widget, bound: BoundField) -> str:
    if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        name = "form-check-input"
    elif isinstance(widget, forms.Select):
        name = "form-select"
    else:
        name = "form-control"
    own = widget.attrs.get("class", "")
    return " ".join(part for part in (name, own, "is-invalid" if bound.errors else "") if part)


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Draw what is wrong with the form as a whole, with its citation, and how many fields need another look."""
    return {
        "errors": form.non_field_errors(),
        "citation": getattr(form, "citations", {}).get(NON_FIELD_ERRORS, ""),
        "wrong": [form[name] for name in form.errors if name in form.fields],
    }


@register.inclusion_tag("ui/parts/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Draw every field of a form, one under the other, hidden ones too."""
    return {"form": form}


@register.simple_tag
def badge(label: Any, tone: str = "neutral") -> SafeString:
    """Draw a state: a dot and a word, so that colour is never the only sign."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"badge tone {tone!r} is none of {sorted(TONES)}")
    return format_html('<span class="status status-{}"><span class="status-mark"></span>{}</span>', tone, label)


@register.inclusion_tag("ui/parts/alert.html")
def alert(sentence: Any, citation: Any = "", tone: str = "danger", title: Any = "") -> dict[str, Any]:
    """Draw one sentence, with the article it rests on."""
    return {"sentence": sentence, "citation": citation, "tone": tone, "title": title}


@register.inclusion_tag("ui/parts/empty.html")
def empty(title: Any, sentence: Any = "", url: str = "", action: Any = "", icon: str = "inbox") -> dict[str, Any]:
    """Say that a list is empty and what to do about it."""
    return {"title": title, "sentence": sentence, "url": url, "action": action, "icon": icon}


@register.inclusion_tag("ui/parts/actions.html", takes_context=True)
def action_bar(context: Context, actions: Iterable[Any]) -> dict[str, Any]:
    """Draw the buttons of a page (`ui.actions.Action`)."""
    return {"actions": list(actions), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/parts/table.html", takes_context=True)
def data_table(context: Context, columns: Sequence[tables.Column], page: Any, caption: Any) -> dict[str, Any]:
    """Draw a list with its paging footer; `page` is a `paging.Page` or a plain list of rows."""
    rows = getattr(page, "rows", page)
    return {
        "columns": columns,
        "rows": [tables.cells(columns, row) for row in rows],
        "caption": caption,
        "page": page if hasattr(page, "rows") else None,
        "request": context.get("request"),
    }


@register.inclusion_tag("ui/parts/pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    """Draw total, previous and next of a `paging.Page`; other parts of the address stay."""
    request = context["request"]
    return {
        "page": page,
        "next_url": _with(request, page.next_cursor),
        "previous_url": _with(request, page.previous_cursor),
        "exact_url": _with(request, request.GET.get("cursor"), exact="1"),
    }


def _with(request: Any, cursor: str | None, **extra: str) -> str:
    parameters = request.GET.copy()
    parameters.pop("cursor", None)
    if cursor:
        parameters["cursor"] = cursor
    for name, value in extra.items():
        parameters[name] = value
    return f"{request.path}?{parameters.urlencode()}"


@register.inclusion_tag("ui/parts/definitions.html")
def definitions(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Draw label–value pairs; a pair without a value shows a dash."""
    return {"pairs": list(pairs)}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[dict[str, Any]], label: Any = "") -> dict[str, Any]:
    """Draw tabs that are links: dicts with label, url, current and, if known, count."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Draw a history: things with `when`, `sentence`, `who` and `basis` (citations), newest as given."""
    return {"entries": list(entries)}


@register.inclusion_tag("ui/parts/progress.html")
def progress(value: int, maximum: int, label: Any) -> dict[str, Any]:
    """Draw how far something is, in words and as a bar."""
    return {"value": value, "maximum": maximum, "label": label}


@register.inclusion_tag("ui/parts/figure.html")
def figure(label: Any, value: Any, url: str = "", note: Any = "", tone: str = "neutral") -> dict[str, Any]:
    """Draw one number with the way to the documents behind it."""
    return {"label": label, "value": value, "url": url, "note": note, "tone": tone}


@register.inclusion_tag("ui/parts/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """Draw the way here: label, address, label, address, …, label of this page."""
    crumbs = list(zip(parts[::2], parts[1::2], strict=False))
    return {"crumbs": crumbs, "last": parts[-1] if len(parts) % 2 else None}


@register.inclusion_tag("ui/parts/pdf.html")
def pdf(url: str, title: Any, download_url: str = "") -> dict[str, Any]:
    """Draw a PDF of our own site: PDF.js in a frame, and without JavaScript the browser's own viewer or a download."""
    return {
        "url": url,
        "title": title,
        "download_url": download_url or url,
        "viewer_url": f"{reverse('ui:pdf')}?file={quote(url, safe='')}&title={quote(str(title), safe='')}",
    }


@register.inclusion_tag("ui/parts/pdf_preview.html")
def pdf_preview(bound: BoundField) -> dict[str, Any]:
    """Draw the place beside a form where the PDF chosen in `bound` shows before anything is sent (needs JavaScript)."""
    return {"id": bound.id_for_label, "viewer_url": reverse("ui:local_pdf")}
