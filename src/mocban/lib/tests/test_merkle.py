import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.lib import merkle

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=20)


def test_small_trees_have_the_roots_of_the_rfc() -> None:
    def h(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    a, b, c = (h(b"\x00" + leaf) for leaf in (b"a", b"b", b"c"))
    assert merkle.root([]) == h(b"")
    assert merkle.root([b"a"]) == a
    assert merkle.root([b"a", b"b", b"c"]) == h(b"\x01" + h(b"\x01" + a + b) + c)


@given(LEAVES, st.data())
def test_every_leaf_can_be_proved(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    steps = merkle.proof(leaves, index)
    assert merkle.proves(leaves[index], steps, merkle.root(leaves))
    assert not merkle.proves(leaves[index] + b"!", steps, merkle.root(leaves))


@given(LEAVES, st.data())
def test_a_changed_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:index], leaves[index] + b"!", *leaves[index + 1 :]]
    assert merkle.root(changed) != merkle.root(leaves)


def test_the_chain_depends_on_both_and_on_their_order() -> None:
    one, two = merkle.root([b"1"]), merkle.root([b"2"])
    assert len({merkle.chain(one, two), merkle.chain(two, one), merkle.root([one, two])}) == 3


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        merkle.proof([b"a"], 1)
