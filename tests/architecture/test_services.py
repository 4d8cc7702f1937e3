"""Every verb asks for permission and leaves a record."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import APPS, PACKAGE, calls, functions, modules, tree

# The functions that *are* the check, the record or a projection, and those guarded otherwise: each with its reason.
WITHOUT_PERMISSION = {
    "audit.record": "is the record",
    "audit.record_many": "is the record of what is entered by the hundred",
    "audit.read": "is the record of a read that was permitted elsewhere",
    "notices.mark_read": "touches only the actor's own notices",
    "notices.mark_all_read": "touches only the actor's own notices",
    "records.can_read_object": "is the check",
    "registry.forget_ids": "a step of freezing, which asked and recorded above",
    "registry.take": "a step inside verbs that have asked for theirs",
    "registry.distribute": "a step inside an instruction, which has asked",
    "registry.receive_with_task": "a step inside the verbs of tasks, which have asked",
}
WITHOUT_RECORD = {
    "audit.record": "is the record",
    "audit.record_many": "is the record of what is entered by the hundred",
    "audit.read": "writes the log of reads",
    "notices.mark_read": "reading one's own notice changes nothing of the agency",
    "notices.mark_all_read": "reading one's own notices changes nothing of the agency",
    "people.preview_import": "writes nothing",
    "people.import_rows": "each row is recorded by the verb that enters it, reached through a table",
    "records.add_documents": "the verb of the register records each document it enters",
    "records.can_read_object": "writes nothing",
    "registry.edit_row": "what is typed in a batch is no entry yet; registering and dropping a row are recorded",
    "registry.fail_row": "what a batch says of a row is no entry yet",
    "registry.forget_ids": "a step of freezing, which asked and recorded above",
    "registry.note_refused": "nothing was taken; an incident, where there is one, records itself",
    "registry.take": "the verb that the number is for records it",
    "exchange.record_status": "the history of statuses is itself the record",
}
# Steps before anybody is known: sign-in, forgotten password, the very first start; and the trail's own upkeep.
WITHOUT_ACTOR = {
    "audit.verify_and_note": "a periodic job of the installation",
    "notices.forget": "a step of erasing, which asked and recorded above",
    "people.first_admin_code": "nobody exists yet",
    "people.found_organisation": "nobody exists yet",
    "people.start_installation": "nobody exists yet; the one-time code is the permission",
    "people.note_sign_in": "the person becomes known here",
    "people.note_refused_sign_in": "nobody is known",
    "people.reset_password": "the reset code is the permission",
}

Found = dict[str, ast.FunctionDef]


def _all() -> Found:
    return {
        f"{app}.{function.name}": function
        for app in APPS
        for path in modules(app, "services")
        for function in functions(path)
    }


def _exported(app: str) -> set[str] | None:
    """What a package of services offers in its `__all__`; None for a single module, which offers all it has."""
    path = PACKAGE / app / "services" / "__init__.py"
    if not path.exists():
        return None
    for node in tree(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return None


def _arguments(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    return {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _public(name: str) -> bool:
    app, _, function = name.partition(".")
    exported = _exported(app)
    return not function.startswith("_") and (exported is None or function in exported)


ALL = _all()
PUBLIC = {name: function for name, function in ALL.items() if _public(name)}
VERBS = {name: function for name, function in PUBLIC.items() if "actor" in _arguments(function)}
CHANGING = {
    name: function
    for name, function in PUBLIC.items()
    if any(ast.unparse(decorator).startswith("transaction.atomic") for decorator in function.decorator_list)
}


def _reaches(name: str, wanted: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a service calls `wanted` itself or through another service (its own app's or a lower app's verb)."""
    if name in seen or name not in ALL:
        return False
    called = calls(ALL[name])
    if wanted in called:
        return True
    app = name.partition(".")[0]
    for dotted in called:
        last = dotted.rpartition(".")[2]
        near = [f"{app}.{last}"] if f"{app}.{last}" in ALL else [f"{other}.{last}" for other in APPS if "." in dotted]
        if any(_reaches(candidate, wanted, seen | {name}) for candidate in near):
            return True
    return False


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_service_asks_who_may(name):
    assert _reaches(name, "access.require") != (name in WITHOUT_PERMISSION), (
        "call access.require first, or name the exception with its reason (an outdated exception must go)"
    )


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_service_leaves_a_record(name):
    assert _reaches(name, "audit.record") != (name in WITHOUT_RECORD), (
        "call audit.record, or name the exception with its reason (an outdated exception must go)"
    )


@pytest.mark.parametrize("name", sorted(CHANGING))
def test_a_service_that_changes_data_knows_who_acts(name):
    named = "actor" in {argument.arg for argument in CHANGING[name].args.kwonlyargs}
    assert named != (name in WITHOUT_ACTOR), "take `actor` by name, or name the exception with its reason"


def test_the_exceptions_name_services_that_exist():
    assert len(VERBS) > 50
    assert set(WITHOUT_PERMISSION) | set(WITHOUT_RECORD) <= set(VERBS)
    assert set(WITHOUT_ACTOR) <= set(CHANGING)
