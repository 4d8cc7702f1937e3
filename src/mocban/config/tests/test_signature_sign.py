"""`./mocban signature sign`: a signed file or a sentence, never half a file and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from mocban.config import cli
from mocban.signing.pdf import demo_images, filling, layout
from mocban.signing.tests import drafts, hostile
from mocban.signing.tests.pki import Pki, pki
from mocban.signing.tests.servers import serving
from tests.contracts import keystores

PIN, WRONG = "123456", "654321"
SOURCES = Path(cli.__file__).parents[2]
Sign = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def made() -> Pki:
    return pki()


def key_file(made: Pki, folder: Path, label: str = "person") -> Path:
    path = folder / f"{label}.p12"
    protect = serialization.BestAvailableEncryption(PIN.encode())
    chain = [made.x509("interm"), made.x509("root")]
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", made.private_key(label), made.x509(label), chain, protect)  # type: ignore[arg-type]
    )
    return path


@pytest.fixture
def office(made: Pki, tmp_path: Path) -> Path:
    """A folder with a draft, a key file, a PIN file and a folder of trust."""
    (tmp_path / "trust").mkdir()
    made.write_trust_folder(tmp_path / "trust")
    key_file(made, tmp_path)
    (tmp_path / "pin").write_text(f"{PIN}\n")
    (tmp_path / "in.pdf").write_bytes(drafts.draft())
    return tmp_path


@pytest.fixture
def sign(office: Path, capsys: pytest.CaptureFixture[str]) -> Sign:
    def run(*more: object, source: str = "in.pdf", target: str = "out.pdf", key: str = "person.p12") -> tuple[int, str]:
        arguments = [office / source, office / target, "--p12", office / key, "--pin-file", office / "pin", *more]
        code = cli.main(["signature", "sign", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def verified(path: Path, capsys: pytest.CaptureFixture[str], trust: Path) -> dict[str, Any]:
    cli.main(["signature", "verify", "--json", str(path), "--trust", str(trust)])
    (found,) = json.loads(capsys.readouterr().out)
    return found


def test_what_was_signed_verifies_as_valid(office: Path, sign: Sign, capsys) -> None:  # type: ignore[no-untyped-def]
    code, said = sign()
    assert code == 0, said
    found = verified(office / "out.pdf", capsys, office / "trust")
    assert found["verdict"] == "valid"
    assert (found["signatures"][0]["signer"], found["signatures"][0]["level"]) == ("Trần Thị Bích Ngọc", "B-B")
    assert (office / "in.pdf").read_bytes() == drafts.draft(), "the input stays as it was"


@pytest.mark.parametrize("label", ["ecdsa", "organisation"])
def test_keys_of_other_kinds_sign_as_well(office: Path, made: Pki, sign: Sign, capsys, label: str) -> None:  # type: ignore[no-untyped-def]
    key_file(made, office, label)
    assert sign(key=f"{label}.p12")[0] == 0
    assert verified(office / "out.pdf", capsys, office / "trust")["verdict"] == "valid"


def test_a_key_on_a_token_signs(office: Path, tmp_path_factory, capsys) -> None:  # type: ignore[no-untyped-def]
    authority = keystores.Authority(keystores.soft_keys(tmp_path_factory.mktemp("soft")))
    root = authority.certificate.public_bytes(serialization.Encoding.PEM)
    (office / "trust" / "trial.pem").write_bytes(root)
    with keystores.softhsm(tmp_path_factory.mktemp("token")):
        keystores.put_key_on_token(authority)
        token = ["--pkcs11", keystores.SOFTHSM, "--token", keystores.TOKEN, "--key", keystores.LABEL]
        common = [office / "in.pdf", office / "out.pdf", *token, "--trust", office / "trust"]
        (office / "wrong").write_text(WRONG)
        assert cli.main(["signature", "sign", *map(str, [*common, "--pin-file", office / "wrong"])]) == 1
        said = capsys.readouterr().err
        assert "không đúng" in said
        assert WRONG not in said
        assert cli.main(["signature", "sign", *map(str, [*common, "--pin-file", office / "pin"])]) == 0
    capsys.readouterr()
    assert verified(office / "out.pdf", capsys, office / "trust")["verdict"] == "valid"


def test_a_draft_of_this_system_goes_its_whole_way(office: Path, made: Pki, sign: Sign, capsys) -> None:  # type: ignore[no-untyped-def]
    laid, _places = layout.lay_fields(drafts.draft(), form=drafts.STATE)
    (office / "laid.pdf").write_bytes(laid)
    (office / "hand.png").write_bytes(demo_images.signature_image(drafts.SIGNER))
    code, said = sign("--image", office / "hand.png", source="laid.pdf", target="signed.pdf")
    assert code == 0, said
    assert "mb_signer" in said
    key_file(made, office, "organisation")
    seal = {"source": "signed.pdf", "target": "sealed.pdf", "key": "organisation.p12"}
    code, said = sign("--as", "organisation", **seal)
    assert code == 1, "the number comes first"
    assert "số" in said
    number, dated = "Số: 12/SNV-VP", "An Hòa, ngày 05 tháng 11 năm 2026"
    filled = filling.fill_number((office / "signed.pdf").read_bytes(), number_text=number, date_text=dated)
    (office / "filled.pdf").write_bytes(filled)
    assert sign("--as", "organisation", **{**seal, "source": "filled.pdf"})[0] == 0
    found = verified(office / "sealed.pdf", capsys, office / "trust")
    assert (found["verdict"], [one["certifies"] for one in found["signatures"]]) == ("valid", [True, False])


def test_a_mark_shows_at_a_place_above_a_name_or_nowhere(office: Path, sign: Sign) -> None:
    assert sign(target="hidden.pdf")[0] == 0
    assert sign("--place", "1,110,200,50,22", target="placed.pdf")[0] == 0
    assert sign("--name", drafts.SIGNER, target="named.pdf")[0] == 0
    boxes = {}
    for name in ("hidden", "placed", "named"):
        with pikepdf.open(office / f"{name}.pdf") as document:
            (field,) = document.Root.AcroForm.Fields
            boxes[name] = [round(float(one) / 72 * 25.4) for one in field.Rect]
    assert boxes["hidden"] == [0, 0, 0, 0]
    assert boxes["placed"] == [110, 297 - 222, 160, 297 - 200]
    assert boxes["named"][2] - boxes["named"][0] > 20


@pytest.mark.parametrize("place", ["2,10,10,50,22", "1,190,10,50,22", "1,10,290,50,22"])
def test_a_place_off_the_page_is_a_sentence(office: Path, sign: Sign, place: str) -> None:
    code, said = sign("--place", place)
    assert (code, "ngoài trang" in said) == (1, True)
    assert not (office / "out.pdf").exists()


def test_a_name_that_is_not_printed_is_a_sentence(sign: Sign) -> None:
    code, said = sign("--name", "Không Có Ai")
    assert (code, "Không Có Ai" in said) == (1, True)


def test_certifying_is_for_the_first_signature_and_approving_for_later_ones(office: Path, sign: Sign, capsys) -> None:  # type: ignore[no-untyped-def]
    assert sign("--certify", "--field", "first", target="one.pdf")[0] == 0
    assert sign("--certify", source="one.pdf", target="two.pdf")[0] == 1
    code, said = sign("--field", "first", source="one.pdf", target="two.pdf")
    assert code == 1, "that field is signed already"
    code, said = sign("--place", "1,20,200,60,15", source="one.pdf", target="two.pdf")
    assert (code, "chứng nhận" in said) == (1, True), "a new mark on the page is what no certification permits"
    assert sign(source="one.pdf", target="two.pdf")[0] == 0
    with pikepdf.open(office / "two.pdf") as document:
        certified = document.Root.Perms.DocMDP.Reference[0].TransformParams.P
        assert (certified, document.Root.AcroForm.Fields[0].T) == (2, "first")
    found = verified(office / "two.pdf", capsys, office / "trust")
    assert (found["verdict"], [one["certifies"] for one in found["signatures"]]) == ("valid", [True, False])


def test_levels_with_time_and_revocation_data(office: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    with serving() as served:
        trust = office / "served"
        trust.mkdir()
        served.pki.write_trust_folder(trust)
        key_file(served.pki, office, "person-sources")
        for level in ("B-T", "B-LT", "B-LTA"):
            out = office / f"{level}.pdf"
            arguments = [
                office / "in.pdf", out, "--p12", office / "person-sources.p12", "--pin-file", office / "pin",
                "--tsa", served.tsa(), "--level", level, "--trust", trust,
            ]  # fmt: skip
            code = cli.main(["signature", "sign", *map(str, arguments)])
            assert code == 0, capsys.readouterr().err
            capsys.readouterr()
            found = verified(out, capsys, trust)
            assert (found["verdict"], found["signatures"][0]["level"]) == ("valid", level)


def test_a_time_authority_that_is_of_no_use_leaves_no_file(office: Path, sign: Sign) -> None:
    with serving() as served:
        for bad, sentence in {"down": "Không nơi nào", "rubbish": "Không nơi nào", "day-late": "lệch 24 giờ"}.items():
            code, said = sign("--tsa", served.tsa(bad))
            assert (code, sentence in said, "Traceback" in said) == (1, True, False), said
            assert not (office / "out.pdf").exists()


def test_a_time_stamp_needs_an_authority(sign: Sign) -> None:
    assert sign("--level", "B-T")[0] == 2


def test_nothing_is_overwritten(office: Path, sign: Sign) -> None:
    (office / "out.pdf").write_text("mine")
    assert sign()[0] == 1
    assert (office / "out.pdf").read_text() == "mine"
    (office / "loose.pdf").symlink_to(office / "nowhere")
    assert sign(target="loose.pdf")[0] == 1
    assert sign(target="missing/out.pdf")[0] == 1
    assert sorted(path.name for path in office.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("name", sorted(set(hostile.UNREADABLE) | set(hostile.BAD) - {hostile.LONG_WINDED, "script"}))
def test_an_input_that_cannot_be_signed_is_a_sentence(office: Path, sign: Sign, name: str) -> None:
    (office / "bad.pdf").write_bytes({**hostile.UNREADABLE, **hostile.BAD}[name]())
    code, said = sign(source="bad.pdf")
    assert code in (1, 2)
    assert said.strip()
    assert "Traceback" not in said
    assert not (office / "out.pdf").exists()


def test_an_unsigned_file_with_small_faults_is_mended_and_signed(office: Path, sign: Sign, capsys) -> None:  # type: ignore[no-untyped-def]
    whole = drafts.draft()
    (office / "odd.pdf").write_bytes(whole[: whole.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n")
    code, said = sign(source="odd.pdf")
    assert code == 0, said
    assert verified(office / "out.pdf", capsys, office / "trust")["verdict"] == "valid"


def test_a_wrong_passphrase_and_a_key_that_is_none_are_sentences(office: Path, sign: Sign) -> None:
    (office / "pin").write_text(WRONG)
    code, said = sign()
    assert (code, "không đúng" in said, WRONG in said) == (1, True, False)
    (office / "rubbish.p12").write_bytes(b"rubbish")
    assert sign(key="rubbish.p12")[0] == 1
    assert sign(key="missing.p12")[0] == 1


@pytest.mark.parametrize("label", ["expired", "encipherment", "small"])
def test_a_certificate_that_is_not_fit_signs_nothing(office: Path, made: Pki, sign: Sign, label: str) -> None:
    key_file(made, office, label)
    assert sign(key=f"{label}.p12")[0] == 1
    assert not (office / "out.pdf").exists()


def test_arguments_that_do_not_fit_end_with_2(office: Path, sign: Sign) -> None:
    with pytest.raises(SystemExit) as stopped:
        sign("--place", "1,2,3")
    assert stopped.value.code == 2
    code = cli.main(["signature", "sign", str(office / "in.pdf"), str(office / "out.pdf"), "--pkcs11", "/lib.so"])
    assert code == 2


def test_it_needs_neither_server_nor_database_nor_data_folder(office: Path) -> None:
    """The real command, as another process without settings, in a folder that nothing may be written to but OUT."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(SOURCES), "LANG": "C", "MOCBAN_PIN": PIN}
    before = {path.name for path in office.iterdir()}
    line = [sys.executable, "-P", "-m", "mocban.config.cli", "signature", "sign", "in.pdf", "out.pdf"]
    done = subprocess.run(
        [*line, "--p12", "person.p12"], cwd=office, env=environment, capture_output=True, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {path.name for path in office.iterdir()} == {*before, "out.pdf"}
    del environment["MOCBAN_PIN"]
    again = subprocess.run(
        [*line[:-1], "other.pdf", "--p12", "person.p12"], cwd=office, env=environment, capture_output=True,
        timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert again.returncode == 1
    assert b"PIN" in again.stderr
    assert b"Traceback" not in again.stderr


def test_the_time_shown_is_that_of_vietnam() -> None:
    from mocban.config.signature_sign import ZONE

    assert datetime(2026, 11, 5, 17, tzinfo=UTC).astimezone(ZONE).hour == 0
