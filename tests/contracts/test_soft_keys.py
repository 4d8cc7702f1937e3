"""What holds of trial keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters.softkeys import SoftKeys
from tests.contracts.keystores import HOLDER, soft_keys


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> SoftKeys:
    return soft_keys(tmp_path_factory.mktemp("soft"))


def test_trial_keys_are_private_files_and_need_the_secret(soft: SoftKeys) -> None:
    files = list(soft.root.iterdir())
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    with pytest.raises(RuleBroken) as refusal:
        SoftKeys(soft.root, "another secret").signer(HOLDER)
    assert refusal.value.code == "signing.no_key"


def test_issuing_twice_keeps_the_first_key(soft: SoftKeys) -> None:
    again = soft.issue(HOLDER, common_name="Người khác", organisation_name="")
    assert again == soft.certificate(HOLDER)


def test_a_holder_name_never_leaves_the_folder(soft: SoftKeys, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken):
        soft.certificate("../../etc/passwd")
    assert not list(tmp_path.iterdir())


def test_the_authority_that_verdicts_ask_for_is_read_anew_when_its_file_is_another(tmp_path: Path) -> None:
    here, other = SoftKeys(tmp_path / "here", "secret"), SoftKeys(tmp_path / "other", "secret")
    before, wanted = here.trust_roots(), other.trust_roots()
    assert here.trust_roots() == before != wanted
    (file,) = other.root.iterdir()
    file.replace(here.root / file.name)
    assert here.trust_roots() == wanted
