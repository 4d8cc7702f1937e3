"""Only a page that the person at this computer has let in gets further than asking whether the program is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mocban_agent.pairing import CODES, LIFE, PERIOD, TRIES, Pairing
from mocban_agent.requests import Refusal

from .conftest import Running
from .people import OTHER, PAGE


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pairing(tmp_path: Path, clock: Clock) -> Pairing:
    return Pairing(tmp_path / "paired.json", clock=clock)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def test_the_code_that_the_person_saw_lets_its_page_in_and_no_other(pairing: Pairing) -> None:
    secret = pairing.finish(PAGE, pairing.begin(PAGE))
    assert pairing.knows(PAGE, secret)
    assert not pairing.knows(OTHER, secret)
    assert not pairing.knows(PAGE, secret + "x")


def test_a_code_may_be_typed_with_a_gap(pairing: Pairing) -> None:
    code = pairing.begin(PAGE)
    assert pairing.finish(PAGE, f" {code[:4]} {code[4:]} ")


def test_a_code_opens_once(pairing: Pairing) -> None:
    code = pairing.begin(PAGE)
    pairing.finish(PAGE, code)
    with pytest.raises(Refusal, match="no_code"):
        pairing.finish(PAGE, code)


def test_a_code_of_one_page_is_nothing_to_another(pairing: Pairing) -> None:
    code = pairing.begin(PAGE)
    with pytest.raises(Refusal, match="no_code"):
        pairing.finish(OTHER, code)


def test_a_code_dies_of_age(pairing: Pairing, clock: Clock) -> None:
    code = pairing.begin(PAGE)
    clock.now += LIFE + 1
    with pytest.raises(Refusal, match="no_code"):
        pairing.finish(PAGE, code)


def test_after_some_wrong_tries_even_the_right_code_is_dead(pairing: Pairing) -> None:
    code = pairing.begin(PAGE)
    for _ in range(TRIES):
        with pytest.raises(Refusal, match="wrong_code"):
            pairing.finish(PAGE, wrong(code))
    with pytest.raises(Refusal, match="no_code"):
        pairing.finish(PAGE, code)


@pytest.mark.parametrize("typed", ["", "１２３４５６７８", "\udc80", "12345678901234567890"])  # noqa: RUF001
def test_an_odd_code_is_a_wrong_code(pairing: Pairing, typed: str) -> None:
    pairing.begin(PAGE)
    with pytest.raises(Refusal, match="wrong_code"):
        pairing.finish(PAGE, typed)


def test_nobody_goes_on_asking_for_codes(pairing: Pairing, clock: Clock) -> None:
    for _ in range(CODES):
        pairing.begin(PAGE)
    with pytest.raises(Refusal, match="too_often"):
        pairing.begin(OTHER)
    clock.now += PERIOD + 1
    assert pairing.begin(PAGE)


def test_the_secret_outlives_the_program_and_its_file_is_private_and_does_not_hold_it(
    pairing: Pairing, tmp_path: Path
) -> None:
    secret = pairing.finish(PAGE, pairing.begin(PAGE))
    file = tmp_path / "paired.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert secret not in file.read_text()
    assert Pairing(file).knows(PAGE, secret)


def test_a_forgotten_page_is_a_stranger_again(pairing: Pairing, tmp_path: Path) -> None:
    secret = pairing.finish(PAGE, pairing.begin(PAGE))
    pairing.forget(PAGE)
    assert not pairing.knows(PAGE, secret)
    assert json.loads((tmp_path / "paired.json").read_text()) == {}


def test_an_administrator_may_name_the_only_page(tmp_path: Path) -> None:
    pairing = Pairing(tmp_path / "paired.json", only=(PAGE,))
    assert pairing.begin(PAGE)
    with pytest.raises(Refusal, match="origin_refused"):
        pairing.begin(OTHER)


def test_a_page_pairs_over_http_and_the_person_sees_which_page_it_is(running: Callable[..., Running]) -> None:
    made = running()
    page = made.page()
    assert page.ask("/state") == (200, {"agent": "mocban", "version": "0.1.0", "paired": False})
    assert page.ask("/pair/begin", {}) == (200, {"digits": 8, "seconds": 120})
    ((origin, code),) = made.person.codes
    assert origin == PAGE
    page.pair(code)
    assert page.ask("/state")[1]["paired"] is True
    assert page.ask("/unpair", {}) == (200, {})
    assert page.ask("/certificates", {}) == (403, {"error": "not_paired"})


def test_guessing_over_http_ends(running: Callable[..., Running]) -> None:
    made = running()
    page = made.page(origin=OTHER)
    answers = []
    for _ in range(CODES + 1):
        answers.append(page.ask("/pair/begin", {})[0])
        answers += [page.ask("/pair", {"code": "00000000"})[0] for _ in range(TRIES)]
    assert set(answers[-TRIES:]) == {403}
    assert page.ask("/pair/begin", {}) == (429, {"error": "too_often"})
