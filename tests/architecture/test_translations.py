"""The English catalogue is whole: every sentence of the screens has its translation, and the pages show it."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings as real
from django.forms import Form
from django.test import Client
from django.utils import translation
from lxml import html

from mocban import law
from mocban.archives.models import Fonds, Place
from mocban.config.messages import SENTENCES
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Person, Position, Unit
from mocban.records.models import PlanLine
from mocban.records.selectors import kind_shown, term_shown
from mocban.records.services.plans import term_text
from mocban.registry.models import Book, Series
from mocban.ui.errors import form_error
from tests.architecture.source import PACKAGE, tracked, tree
from tests.world import DAY, World, browser

CATALOGUE = PACKAGE / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
HELP = "run makemessages as docs/howto/translate.md says, then translate"
LETTERS = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd%]|</?\w+[^>]*>")
ACCENTED = ("Mộc Bản", "phòng cháy", "Communiqué")  # the program; an example of a search with diacritics; a French word
WITHOUT_DJANGO = ("law", "lib")
NOT_SCREENS = {"tests", "migrations", "demo"}
SEEN = ("title", "placeholder", "aria-label", "alt", "data-label")
DATA_PAGES = "/law/"  # its cells hold law data, which is Vietnamese; the headings are ours


@cache
def compiled(po: Path) -> dict:
    """Messages of a catalogue as gettext reads them: fuzzy and empty ones are not among them."""
    done = subprocess.run(["msgfmt", "--check-format", "-o", "-", str(po)], capture_output=True, check=True)
    folder = po.parent / "compiled.mo"
    folder.write_bytes(done.stdout)
    with folder.open("rb") as handle:
        return {key: text for key, text in gettext.GNUTranslations(handle)._catalog.items() if key}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> dict:
    copy = tmp_path_factory.mktemp("catalogue") / "django.po"
    shutil.copy(CATALOGUE, copy)
    return compiled(copy)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> set:
    """Every message that the source holds now."""
    folder = tmp_path_factory.mktemp("source")
    for path in tracked():
        if path.suffix in (".py", ".html", ".txt") and path.is_relative_to(PACKAGE):
            name = path.relative_to(PACKAGE)
            if not NOT_SCREENS.intersection(name.parts):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder / name)
    (folder / "locale").mkdir()
    command = [sys.executable, "-c", "from django.core.management import execute_from_command_line as run; run()"]
    made = [*command, "makemessages", "--locale=en", "--no-location", "--verbosity=0"]
    subprocess.run(made, cwd=folder, check=True, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    found, full = folder / "locale/en/LC_MESSAGES/django.po", folder / "locale/en/LC_MESSAGES/full.po"
    subprocess.run(["msgen", "-o", str(full), str(found)], check=True)
    return set(compiled(full))


def test_every_message_of_the_source_is_translated(catalogue, written):
    assert len(written) > 1000
    assert sorted(map(str, written - set(catalogue))) == [], HELP


def test_the_catalogue_holds_nothing_that_the_source_has_dropped(catalogue, written):
    assert sorted(map(str, set(catalogue) - written)) == [], HELP


def test_no_translation_is_a_guess_of_the_tools():
    text = CATALOGUE.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#~") or "fuzzy" in line] == []


def test_placeholders_and_tags_are_the_same_on_both_sides(catalogue):
    def parts(text: str) -> set[str]:
        return set(PLACEHOLDERS.findall(text))

    messages = {key[0] if isinstance(key, tuple) else key: text for key, text in catalogue.items()}
    assert {key: text for key, text in messages.items() if parts(key) != parts(text)} == {}


def test_translations_are_english(catalogue):
    assert [text for text in catalogue.values() if vietnamese(text, ACCENTED)] == []


def test_sentences_of_the_layers_without_django_are_in_the_list_that_marks_them():
    raised = {
        node.value
        for layer in WITHOUT_DJANGO
        for path in sorted((PACKAGE / layer).rglob("*.py"))
        if "tests" not in path.parts
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("RuleBroken", "Stale")
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    }
    assert raised
    assert raised == set(SENTENCES)


def vietnamese(text: str, data: tuple[str, ...]) -> bool:
    """Whether words of ours are Vietnamese: what is left when names and other data are taken away."""
    for known in data:
        text = text.replace(known, "")
    return bool(LETTERS.search(text))


def words(page: bytes, *, data_page: bool) -> list[str]:
    """What a person reads on a page, except what says of itself that it is Vietnamese."""
    body = html.fromstring(page.decode())
    for foreign in body.xpath("//*[@lang='vi']|//script|//style|//select[contains(@name, 'retention')]"):
        foreign.drop_tree()  # a retention schedule is law data
    if data_page:
        for cell in body.xpath("//td|//main//li"):
            cell.drop_tree()
    found = [text.strip() for text in body.itertext()]
    found += [value for node in body.iter() for name in SEEN if (value := node.get(name))]
    return [text for text in found if text]


@pytest.fixture
def english(settings, tmp_path):
    """The catalogue of this moment, compiled, and no other."""
    target = tmp_path / "en" / "LC_MESSAGES"
    target.mkdir(parents=True)
    subprocess.run(["msgfmt", "-o", str(target / "django.mo"), str(CATALOGUE)], check=True)
    settings.LOCALE_PATHS = [tmp_path]


def in_english(client: Client) -> Client:
    client.cookies[real.LANGUAGE_COOKIE_NAME] = "en"
    return client


def names() -> tuple[str, ...]:
    """What the database holds: names of bodies, units, people, books, files and places. The longest first."""
    rows = [
        *Organisation.objects.values_list("name", "short_name", "parent_name", "place", "address"),
        *Unit.objects.values_list("name"),
        *Person.objects.values_list("full_name"),
        *Position.objects.values_list("title"),
        *Series.objects.values_list("name"),
        *Book.objects.values_list("name"),
        *PlanLine.objects.values_list("title", "heading"),
        *Fonds.objects.values_list("title"),
        *((str(place),) for place in Place.objects.all()),
    ]
    known = {value for row in rows for value in row if value} | set(ACCENTED)
    return tuple(sorted(known, key=len, reverse=True))


@pytest.mark.parametrize(
    "address", ["/login/", "/law/", "/law/?part=kinds", "/law/?part=retention", "/law/?part=instruments"]
)
def test_a_page_for_everybody_is_english_when_english_is_chosen(db, english, address):
    page = in_english(Client()).get(address)
    assert page.status_code == 200
    shown = words(page.content, data_page=address.startswith(DATA_PAGES))
    assert [text for text in shown if vietnamese(text, names())] == []


def test_a_refusal_of_a_layer_without_django_is_said_in_english(english):
    for sentence in SENTENCES:
        form = Form()
        form.cleaned_data = {}
        with translation.override("en"):
            form_error(form, RuleBroken("any.rule", sentence))
        assert [said for said in form.non_field_errors() if vietnamese(said, ACCENTED)] == []


def test_what_is_kept_stays_vietnamese_and_is_shown_in_english(english):
    row = next(row for row in law.retention(regime="state", on=DAY) if row.years and row.years > 1)
    with translation.override("en"):
        kept = term_text(row)
        assert kept == f"{row.years} năm"
        assert term_shown(kept) == f"{row.years} years"
        assert kind_shown("Công văn") == "Official letter"
    assert kind_shown("Công văn") == "Công văn"


def links(page: bytes) -> list[str]:
    """Where the rail and the buttons of a page lead."""
    found = html.fromstring(page.decode()).xpath("//nav//a/@href|//main//a[contains(@class, 'btn')]/@href")
    return [address.partition("#")[0] for address in found if address.startswith("/")]


def test_every_page_that_the_rail_and_its_buttons_open_is_english_when_english_is_chosen(world: World, db, english):
    known, seen, wrong = names(), set(), {}
    for desk in ("clerk", "officer", "archivist", "administrator"):
        client = in_english(browser(world.people()[desk]))
        waiting = links(client.get("/").content)
        assert len(waiting) > 5
        for address in ["/", "/account/", *waiting]:
            new = [] if address in seen else [address]
            while new:
                opened = new.pop()
                seen.add(opened)
                page = client.get(opened, follow=True)
                if not page["Content-Type"].startswith("text/html"):
                    continue
                shown = words(page.content, data_page=opened.startswith(DATA_PAGES))
                wrong[opened] = [text for text in shown if vietnamese(text, known)]
                if opened == address:
                    new += [link for link in links(page.content) if link not in {*seen, *waiting}]
    assert "/registry/incoming/new/" in seen
    assert {address: texts for address, texts in wrong.items() if texts} == {}
