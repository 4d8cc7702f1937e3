"""Views and API fetch through the one gate."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import APPS, PACKAGE, modules, tree

PAGES = [path for app in APPS for duty in ("views", "api") for path in modules(app, duty)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_views_and_api_never_fetch_past_what_is_visible(path):
    gated = {
        id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "visible_to"
    }
    bare = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in gated
    ]
    assert bare == [], "fetch with get(Model, actor, …), objects.visible_to(actor) or a selector"
