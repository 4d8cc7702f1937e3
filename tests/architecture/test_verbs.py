"""Every verb of the audit trail can be read as a sentence, with a rule against the wrong one."""

from __future__ import annotations

import ast
from datetime import date
from importlib import import_module

import pytest
from django.utils import translation

from mocban.audit import verbs
from mocban.audit.services import trail_label
from mocban.exchange.models import Packet
from mocban.records.models import Document
from mocban.registry.models import Incoming, Outgoing, Task
from tests.architecture.source import APPS, PACKAGE, modules, tree

RECORDED = [
    (app, ast.unparse(call.args[1]))
    for app in APPS
    for path in (*modules(app, "services"), *modules(app, "tasks"))
    for call in ast.walk(tree(path))
    if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record" and len(call.args) > 1
]


@pytest.fixture(autouse=True, scope="module")
def _declared():
    for app in APPS:
        if (PACKAGE / app / "events.py").exists():
            import_module(f"mocban.{app}.events")


def test_every_declared_verb_has_a_vietnamese_sentence():
    with translation.override("vi"):
        empty = [verb for verb, sentence in verbs.all_verbs().items() if not str(sentence).strip()]
    assert verbs.all_verbs()
    assert empty == []


@pytest.mark.parametrize(("app", "name"), sorted({(a, n) for a, n in RECORDED if n.startswith("events.")}))
def test_every_recorded_verb_is_declared_by_its_app(app, name):
    verb = getattr(import_module(f"mocban.{app}.events"), name.removeprefix("events."))
    assert verb in verbs.all_verbs()


def test_the_trail_never_names_a_subject():
    document = Document(kind_name="Công văn", printed_code="12/SNV-VP", subject="Chuyện không được kể")
    incoming = Incoming(document=document, number_value=12, arrived_on=date(2026, 11, 2))
    packet = Packet(code_number="12", code_notation="SNV-VP", subject=document.subject)
    named = [document, incoming, Task(incoming=incoming), Outgoing(document=document), packet]
    assert [obj for obj in named if document.subject in trail_label(obj)] == []
