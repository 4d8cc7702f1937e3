"""The glossary holds every word that the code uses as a noun, a desk, a state or a verb."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

import pytest
from django.apps import apps
from django.db import models

from mocban.audit import verbs
from mocban.people.choices import Role
from tests.architecture.source import APPS, PACKAGE, PROJECT

MODELS = [model for model in apps.get_models() if model.__module__.startswith("mocban.")]
STATE_FIELDS = ("state", "status")


@cache
def rows() -> list[str]:
    """The first column of every table: the English words."""
    text = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8").casefold()
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]


def named(word: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", row) for row in rows())


def told_of(noun: str, word: str) -> bool:
    """Whether a row "noun: …" lists the word."""
    parts = [part.strip() for row in rows() for part in row.split(";")]
    return any(
        word in re.split(r",\s*", part.removeprefix(f"{noun}:").strip())
        for part in parts
        if part.startswith(f"{noun}:")
    )


def spaced(name: str) -> str:
    """FilePlan → file plan."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_has_its_word(model: type[models.Model]) -> None:
    assert named(spaced(model.__name__))


@pytest.mark.parametrize("app", [*APPS, "law", "lib"])
def test_every_app_has_its_word_and_explains_itself(app: str) -> None:
    assert named(app)
    assert (PACKAGE / app / "README.md").is_file()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_word(role: Role) -> None:
    assert named(role.value.replace("_", " "))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_state_has_its_word(model: type[models.Model]) -> None:
    states = [
        str(value)
        for field in model._meta.concrete_fields
        if field.name in STATE_FIELDS and field.choices
        for value, _label in field.flatchoices
    ]
    assert [state for state in states if not told_of(spaced(model.__name__), state)] == []


def test_every_verb_of_the_trail_has_its_word() -> None:
    for app in APPS:
        if (PACKAGE / app / "events.py").exists():
            import_module(f"mocban.{app}.events")
    # The tests of audit and search declare verbs of their own, when they ran in the same process before.
    found = [verb for verb in verbs.all_verbs() if not verb.startswith(("trial.", "search_trial."))]
    assert len(found) > 50
    assert [verb for verb in found if not told_of(*verb.split(".", 1))] == []
