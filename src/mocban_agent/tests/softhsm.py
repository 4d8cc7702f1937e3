"""A SoftHSM token with given keys, and the program serving it as a process of its own.

SoftHSM reads its configuration once a process; so the token is filled, and the program runs, in processes apart.

    with token(folder, {"chu-ky": (key, certificate)}) as conf, headless(folder, conf, pins=["1234"]) as agent:
        Page(agent.port)
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

DRIVER = "/usr/lib/softhsm/libsofthsm2.so"
LABEL, PIN, SO_PIN = "mocban", "1234", "87654321"
SOURCE = Path(__file__).resolve().parents[2]
Pair = tuple[Any, x509.Certificate]


def make_token(folder: Path, pairs: Mapping[str, Pair], *, authenticate_always: bool = False) -> Path:
    """Make a token that holds each key with its certificate; return the path of SoftHSM's configuration."""
    (folder / "tokens").mkdir(parents=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    command = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", SO_PIN, "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True, env=environment(conf))
    held = {
        label: {
            "key": key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            ).hex(),
            "certificate": certificate.public_bytes(serialization.Encoding.DER).hex(),
            "rsa": hasattr(key, "private_numbers") and hasattr(key.private_numbers(), "p"),
        }
        for label, (key, certificate) in pairs.items()
    }
    line = [sys.executable, "-c", FILL, json.dumps({"held": held, "always": authenticate_always})]
    subprocess.run(line, check=True, env=environment(conf))
    return conf


FILL = f"""
import json, sys, pkcs11
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.x509 import decode_x509_certificate
A, given = pkcs11.Attribute, json.loads(sys.argv[1])
with pkcs11.lib({DRIVER!r}).get_token(token_label={LABEL!r}).open(user_pin={PIN!r}, rw=True) as session:
    for place, (label, one) in enumerate(given["held"].items(), start=1):
        read = decode_rsa_private_key if one["rsa"] else decode_ec_private_key
        common = {{A.TOKEN: True, A.LABEL: label, A.ID: bytes([place])}}
        secret = {{A.SENSITIVE: True, A.EXTRACTABLE: False, A.ALWAYS_AUTHENTICATE: given["always"]}}
        session.create_object({{**read(bytes.fromhex(one["key"])), **common, **secret}})
        session.create_object({{**decode_x509_certificate(bytes.fromhex(one["certificate"])), **common}})
"""


def environment(conf: Path) -> dict[str, str]:
    return {**os.environ, "SOFTHSM2_CONF": str(conf), "PYTHONPATH": str(SOURCE)}


@dataclass
class Headless:
    """The running program, and the person in front of it: what it showed, what it was told to type."""

    process: subprocess.Popen[str]
    port: int
    shown: list[dict[str, Any]] = field(default_factory=list)
    seen: threading.Condition = field(default_factory=threading.Condition)

    def code(self) -> str:
        """The last pairing code; waits for it."""
        return str(self.wait_for("code")["code"])

    def wait_for(self, kind: str) -> dict[str, Any]:
        with self.seen:
            assert self.seen.wait_for(lambda: any(one["kind"] == kind for one in self.shown), 30), self.shown
            return next(one for one in reversed(self.shown) if one["kind"] == kind)

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.seen:
                self.shown.append(json.loads(line))
                self.seen.notify_all()


@contextlib.contextmanager
def headless(
    folder: Path, conf: Path, *, pins: Sequence[str], port: int = 0, driver: str = DRIVER
) -> Iterator[Headless]:
    """Run the program; the person types `pins` one after the other and then gives up."""
    folder.mkdir(parents=True, exist_ok=True)
    line = [sys.executable, "-m", "mocban_agent.tests.headless", str(folder), driver, str(port), *pins]
    process = subprocess.Popen(line, env=environment(conf), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    agent = Headless(process, first["port"])
    listener = threading.Thread(target=agent.listen)
    listener.start()
    try:
        yield agent
    finally:
        process.terminate()
        process.wait(30)
        listener.join()
        process.stdout.close()
