"""A property: for any reader and any question, the index gives what SQL gives."""

from __future__ import annotations

import random

import pytest

from mocban.lib.ids import new_id
from mocban.people import grants
from mocban.people.choices import Role
from mocban.records.models import Document
from mocban.search import selectors

from . import world

WORDS = ["họp", "đất", "ngân", "sách"]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_index_and_database_agree_for_random_readers(index, seed):
    chance = random.Random(seed)
    bodies = [world.body(f"Cơ quan {number}") for number in range(3)]
    units = [new_id() for _ in range(4)]
    readers = [
        world.actor(
            chance.choice(bodies),
            *chance.sample([role.value for role in Role], chance.randint(0, 2)),
            unit_id=chance.choice([None, *units]),
        )
        for _ in range(12)
    ]
    tokens = sorted({token for reader in readers for token in reader.tokens})
    documents = [
        world.document(
            chance.choice(bodies),
            " ".join(chance.sample(WORDS, 2)),
            tokens=chance.sample(tokens, chance.randint(0, 3)),
        )
        for _ in range(40)
    ]
    index()
    for document in chance.sample(documents, 8):  # some rights change afterwards, with and without being indexed
        grants.Grant.objects.filter(object_id=document.pk, token=chance.choice(tokens)).delete()
        grants.allow(document, [chance.choice(tokens)], reason="trial")
        world.touch(document, readers[0])
    assert_agreement(readers, exactly=False)
    index()
    assert_agreement(readers, exactly=True)


def assert_agreement(readers, *, exactly: bool) -> None:
    """Before the index caught up it may show less than the database, never more; afterwards exactly the same."""
    for reader in readers:
        for word in ("", *WORDS):
            expected = set(
                Document.objects.visible_to(reader).filter(subject__contains=word).values_list("pk", flat=True)
            )
            results = selectors.search(reader, word, limit=100)
            shown = {hit.object_id for hit in results.hits}
            assert shown <= expected
            assert results.total <= len(expected)
            if exactly:
                assert shown == expected
                assert results.total == len(expected)
                assert sum(value.count for value in results.facets[0].values) == len(expected)
