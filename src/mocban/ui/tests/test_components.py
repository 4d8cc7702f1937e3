"""Small parts: buttons from transitions, badges, icons, the assets and the policy that guards them."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings as installed
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.template import Context, Template, TemplateSyntaxError

from mocban.ui import checks
from mocban.ui.actions import Action, bar, possible
from mocban.ui.finders import NodeFinder
from mocban.ui.tables import Column, cells

TRANSITIONS = {("draft", "submit"): "submitted", ("draft", "cancel"): "gone", ("submitted", "approve"): "approved"}
SOURCES = Path(installed.PROJECT) / "src" / "mocban"


def drawn(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_buttons_come_from_the_table_of_transitions():
    actions = {verb: Action(verb, f"/{verb}/") for verb in ("cancel", "approve", "submit")}
    assert possible(TRANSITIONS, "draft") == ["submit", "cancel"]
    assert [action.label for action in bar(TRANSITIONS, "draft", actions)] == ["submit", "cancel"]
    assert bar(TRANSITIONS, "submitted", {}) == []


def test_a_button_that_changes_something_is_a_form_with_a_csrf_token(browser):
    body = browser.get("/gallery/").content.decode()
    form = body.split('name="verb" value="present"')[0].rsplit("<form", 1)[1]
    assert 'method="post"' in form
    assert "csrfmiddlewaretoken" in form


def test_columns_read_paths_functions_and_dictionaries():
    row = {"document": {"title": "Báo cáo"}, "number": 7}
    columns = [Column("Trích yếu", "document.title"), Column("Số", lambda row: row["number"] + 1, "number")]
    assert [cell.value for cell in cells(columns, row)] == ["Báo cáo", 8]


def test_values_are_escaped_everywhere():
    bad = "<script>alert(1)</script>"
    for source in (
        "{% badge bad %}",
        "{% alert bad bad 'danger' bad %}",
        "{% empty bad bad '/x' bad %}",
        "{% figure bad bad bad bad %}",
        "{% breadcrumbs bad bad bad %}",
        "{% progress 1 2 bad %}",
    ):
        assert "<script>" not in drawn(source, bad=bad), source


def test_a_badge_says_its_state_in_words_and_knows_its_tones():
    assert drawn("{% badge 'Quá hạn' 'danger' %}").endswith("Quá hạn</span>")
    with pytest.raises(TemplateSyntaxError):
        drawn("{% badge 'Quá hạn' 'purple' %}")


def test_an_icon_is_drawn_in_the_page_and_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in drawn("{% icon 'inbox' %}")
    with pytest.raises(ImproperlyConfigured):
        drawn("{% icon 'no-such-icon' %}")


def test_the_policy_allows_only_our_own_scripts(browser):
    policy = browser.get("/gallery/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy


def test_no_template_of_the_program_holds_what_the_policy_refuses():
    """Also: nothing is loaded from another host, and no Bootstrap script is expected."""
    refused = re.compile(
        r"<script(?![^>]*(?:\bsrc=|application/json))|\sstyle=|\son[a-z]+=\"|javascript:|(?:src|href)=\"(?:https?:)?//|data-bs-toggle"
    )
    # Documents that are written to a file or a letter are not pages.
    pages = [path for path in SOURCES.glob("*/templates/**/*.html") if "/mail/" not in str(path)]
    assert len(pages) > 20
    wrong = [
        f"{path.relative_to(SOURCES)}: {found.group()}"
        for path in pages
        for found in refused.finditer(path.read_text())
    ]
    assert wrong == []


def test_only_needed_files_of_npm_are_served():
    assert finders.find("vendor/htmx.org/dist/htmx.min.js")
    assert finders.find("vendor/pdfjs-dist/legacy/build/pdf.worker.min.mjs")
    assert not finders.find("vendor/htmx.org/package.json")
    assert not finders.find("vendor/@tabler/icons/icons.json")
    assert not finders.find("vendor/pdfjs-dist/wasm/../package.json")


def test_missing_assets_are_reported(settings, tmp_path):
    assert NodeFinder().check() == []
    settings.NODE_MODULES = tmp_path
    assert [found.id for found in NodeFinder().check()] == ["ui.E002"]


def test_an_address_that_leads_nowhere_is_reported():
    assert [found.id for found in checks.shell_addresses()] == ["ui.W001"]


def linked(body):
    """Return the static files that a page names, as they lie in STATIC_ROOT."""
    addresses = re.findall(r'(?:href|src)="/static/([^"?]+)(?:\?v=[0-9a-f]{12})"', body)
    return {unquote(address) for address in addresses}


def test_the_first_page_weighs_at_most_400_kilobytes_and_later_ones_60(browser, settings, tmp_path):
    """Everything a first visit loads, compressed as it is served: the page, its styles and scripts, the fonts."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    page = browser.get("/gallery/")
    files = linked(page.content.decode())
    fonts = [found.relative_to(tmp_path).as_posix() for found in (tmp_path / "vendor/@fontsource").rglob("*.woff2")]
    assert len(files) == 7
    assert len(fonts) == 4

    def weight(name):
        packed = tmp_path / f"{name}.gz"
        return (packed if packed.exists() else tmp_path / name).stat().st_size

    assert len(page.content) < 60_000
    assert len(page.content) + sum(weight(name) for name in [*files, *fonts]) < 400_000
