"""A leader signs 200 documents of two pages in the running product, the PIN typed once, against a bare pyHanko loop.

    PYTHONPATH=src:. .venv/bin/python bench/signing_batch.py [--documents 200]

Starts an installation of its own on the loopback address (web, worker, embedded PostgreSQL) with one body, whose leader
has an RSA-2048 key in a PKCS#12 file and a picture of the signature, and a local time stamping authority in a process
of its own. The drafts are made, submitted and approved; then the leader chooses them on the page, types the PIN and
watches, at level B-T. The time is that between start and end as the product itself notes it: stored, recorded in the
trail, and told. The bare loop signs the same prepared files with the same key, picture and authority in memory, half of
its turns before the batch and half after it, so that a busy machine is fair to both. Limit: our throughput at least
0.80 of the bare loop's. Before it a batch of a quarter as many shows that memory is flat. Ends after some five minutes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mocban.config.settings")
django.setup()  # the keys come from modules that stand beside models; no database is asked from here

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12  # noqa: E402

from bench.signing import LEAST, SERVER, bare, seconds  # noqa: E402
from mocban.config.demo.spec import world  # noqa: E402
from mocban.signing.pdf import demo_images  # noqa: E402
from mocban.signing.tests.pki import pki  # noqa: E402
from tests.conftest import Installation, environment, launch  # noqa: E402

SECRET = {"MOCBAN_SECRET": "a-secret-of-the-benchmark-0123456789abcdef"}
PIN = "246810"
LOGIN = "giamdoc.snv"
FORM = "application/x-www-form-urlencoded"
MAKE = """
import dataclasses, json, sys
from datetime import timedelta
from pathlib import Path
from mocban.config.demo.bodies import make_desks
from mocban.config.demo.compose import letter_pdf
from mocban.config.demo.desk import letter_kind
from mocban.config.demo.spec import world
from mocban.config.demo.wheel import draft
from mocban.content import blobs
from mocban.content.examine import examine
from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.people.selectors import today
from mocban.people.services import set_setting
from mocban.records.intake import Accepted
from mocban.records.services import DocumentFields
from mocban.registry.services.drafting import DraftFile, DraftPlan, approve_draft, create_draft, submit_draft
from mocban.signing import services as signing
from mocban.signing.pdf import demo_images

given = json.loads(Path({given!r}).read_text())
on = today()
body = make_desks(world()["organisations"][1], on=on)
actors = {{login: actor_of(position) for login, position in body.positions.items()}}
leader, admin = body.positions["giamdoc.snv"], actors["quantri.snv"]
common = {{"organisation": body.organisation, "actor": admin}}
signing.add_time_authority(name="TSA", url=given["url"], **common)
set_setting(name="signature.level", value="B-T", citation="Quy chế", valid_from=on - timedelta(days=1), **common)
signing.place_key_file(
    owner=leader.person, data=Path(given["key"]).read_bytes(), passphrase=given["pin"], named=True, **common
)
signing.set_image(owner=leader.person, image=demo_images.signature_image(leader.person.full_name), **common)
kind, prepared = letter_kind(body, on), []
for number in range(given["documents"]):
    subject = f"Về việc báo cáo công tác văn thư, lần {{number}}"
    letter = draft(body, [body], subject, "vtlt", on=on)
    data = letter_pdf(dataclasses.replace(letter, paragraphs=letter.paragraphs * 6))
    plan = DraftPlan(
        document=DocumentFields(kind_code=kind.code, kind_name=kind.name_vi, subject=subject),
        unit=body.units["vtlt"], signer=leader, recipients=[("Lưu: VT", "")],
    )
    accepted = Accepted(examined=examine(data, "du-thao.pdf"), data=data, text="", readable=True)
    officer, head = actors["chuyenvien.snv"], actors["truongphong.snv"]
    outgoing = create_draft(plan=plan, file=DraftFile(accepted=accepted, pdf=data), actor=officer, on=on)
    submit_draft(outgoing=outgoing, actor=officer, on=on)
    approve_draft(outgoing=outgoing, actor=head, on=on)
    prepared.append([str(outgoing.pk), str(blobs.path_of(outgoing.signing_plan.prepared.sha256))])
print(json.dumps(prepared))
"""
READ = """
import json
from mocban.registry.models import SigningBatch
from mocban.signing.models import Signature
batch = SigningBatch.objects.get(pk={batch!r})
states = list(batch.items.values_list("state", flat=True))
spent = (batch.finished_at - batch.started_at).total_seconds()
print(json.dumps([states.count("done"), spent, sorted(set(Signature.objects.values_list("level", flat=True)))]))
"""


class Leader:
    """A signed-in leader with plain HTTP."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.ask("GET", "/login/")
        status, _to, text = self.post("/login/", [("login", LOGIN), ("password", world()["password"])])
        assert status == 302, text[:2000]

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body:
            headers["Content-Type"] = FORM
        self._connection.request(method, path, body=body or None, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._connection.close()  # the next question opens a new one: the server ends those that are long idle
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def post(self, path: str, values: list[tuple[str, str]]) -> tuple[int, str, str]:
        return self.ask("POST", path, urlencode([*values, ("csrfmiddlewaretoken", self._cookies["csrftoken"])]))

    def sign(self, documents: Sequence[str]) -> str:
        """Choose the documents, start with the PIN, watch until all is done; returns the id of the batch."""
        status, batch, text = self.post("/registry/signing/?purpose=sign", [("document", one) for one in documents])
        assert status == 302, text[:3000]
        page = self.ask("GET", batch)[2]
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version, page[:3000]
        unread = re.findall(r'name="unread_confirmed" value="([^"]+)"', page)
        answers = [("version", version[1]), ("pin", PIN), *(("unread_confirmed", one) for one in unread)]
        status, _to, text = self.post(f"{batch}start/", answers)
        assert status == 302, text[:5000]
        while f"{batch}stop/" in self.ask("GET", batch)[2]:
            time.sleep(1)
        return batch.rstrip("/").rpartition("/")[2]


def worker_of(office: Installation) -> int:
    """The process that does the background work."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
            told = (path.parent / "environ").read_bytes()
        except OSError:
            continue
        if any(b"worker.main" in word for word in words) and os.fsencode(str(office.data)) in told:
            return int(path.parent.name)
    raise AssertionError("no worker runs")


def forget_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5")


def peak(process: int) -> float:
    """The most memory of the process since `forget_peak`, in MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def told(office: Installation, code: str) -> Any:
    line = [sys.executable, "-m", "mocban.config.cli", "manage", "--data", str(office.data), "shell", "-v", "0", "-c"]
    # The keys of an installation are sealed with its secret, which a command has to know too.
    done = subprocess.run([*line, code], env={**environment(), **SECRET}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def measure(office: Installation, url: str, folder: Path, count: int) -> bool:
    """Print the figures of one run; returns whether the limit is kept."""
    few = max(1, count // 4)
    key = folder / "key.p12"
    protect = BestAvailableEncryption(PIN.encode())
    chain = [pki().x509("interm"), pki().x509("root")]
    key.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", pki().private_key("person"), pki().x509("person"), chain, protect)  # type: ignore[arg-type]
    )
    given = folder / "given.json"
    given.write_text(json.dumps({"url": url, "key": str(key), "pin": PIN, "documents": count + few + 3}))
    prepared = told(office, MAKE.format(given=str(given)))
    print(
        f"{len(prepared)} drafts submitted and approved; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    names = [name for name, _path in prepared]
    pdfs = [Path(path).read_bytes() for _name, path in prepared[few + 3 :]]
    leader, worker = Leader(office.port), worker_of(office)
    leader.sign(names[:3])  # warm: code loaded, connection open
    plain = bare(url, demo_images.signature_image(world()["organisations"][1]["people"][2]["name"]))
    seconds(plain, pdfs[:3])
    peaks = []
    forget_peak(worker)
    leader.sign(names[3 : few + 3])
    peaks.append(peak(worker))
    spent = seconds(plain, pdfs[: count // 2])
    forget_peak(worker)
    batch = leader.sign(names[few + 3 :])
    peaks.append(peak(worker))
    spent += seconds(plain, pdfs[count // 2 :])
    done, ours, levels = told(office, READ.format(batch=batch))
    assert (done, levels) == (count, ["B-T"]), (done, levels)
    for name, value in (("bare pyHanko", spent), ("our batch", ours)):
        print(f"{name:>14}: {count / value:6.1f} documents a second ({1000 * value / count:.1f} ms each)")
    print(f"         ratio: {spent / ours:6.2f} (limit {LEAST:.2f})")
    print(f"   peak memory of the worker: {peaks[0]:.0f} MiB for {few} documents, {peaks[1]:.0f} MiB for {count}")
    return bool(spent / ours >= LEAST)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mocban-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        line = [sys.executable, "-c", SERVER]
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdin is not None
            office = launch(folder / "data", mode="up", extra=SECRET)
            try:
                office.wait_healthy(400)
                return 0 if measure(office, server.stdout.readline().strip(), folder, asked.documents) else 1
            finally:
                office.stop()
                server.stdin.close()


if __name__ == "__main__":
    sys.exit(main())
