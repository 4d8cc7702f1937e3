"""A batch of two-page PDFs signed at B-T with a local time stamping authority, against a bare pyHanko loop.

    PYTHONPATH=src:. .venv/bin/python bench/signing.py [--documents 200] [--rounds 2]

Both loops do the same in one run: they sign the same prepared documents with the same RSA-2048 key and show the same
picture of a handwritten signature, and ask the same authority, which runs in a process of its own. They take turns, so
that a busy machine is fair to both. Limit: our throughput at least 0.80 of the bare loop's. Then the peak memory of a
process that signs a quarter of the documents and of one that signs them all. Ends after about a minute and a half.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from cryptography import x509
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps.aiohttp_client import AIOHttpTimeStamper
from pyhanko.stamp import StaticStampStyle

from mocban.signing.adapters.times import Authority, RankedTimes
from mocban.signing.pdf import demo_images, layout
from mocban.signing.pdf.forms import SIGNER
from mocban.signing.pdf.grades import TIME, Grade
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests import drafts
from mocban.signing.tests.pki import pki
from mocban.signing.tests.servers import serving

LEAST = 0.80
SECOND_PAGE = "#pagebreak() Trang hai: danh sách kèm theo."
SERVER = "import bench.signing; bench.signing.serve()"
MEMORY = "import bench.signing, sys; bench.signing.measure(*sys.argv[1:])"


class Key:
    """The one key of the bench, as a KeyStore."""

    def signer(self, holder: str) -> Signer:
        return pki().signer(holder)

    def certificate(self, holder: str) -> x509.Certificate:
        return pki().x509(holder)

    def trust_roots(self) -> list[x509.Certificate]:
        return [pki().x509("root")]


def serve() -> None:
    """Run the authority until standard input closes; print its address first."""
    with serving() as served:
        print(served.tsa(), flush=True)
        sys.stdin.read()


def documents(count: int) -> list[bytes]:
    """Prepared documents, each of two pages, all different."""
    made = []
    for number in range(count):
        draft = drafts.draft(body=f"Văn bản thứ {number} của lô.", after=SECOND_PAGE)
        made.append(layout.lay_fields(draft, form=drafts.STATE)[0])
    return made


def hand(url: str, image: bytes) -> Hand:
    times = RankedTimes([Authority("tsa", "TSA", url)])
    return Hand(keystore=Key(), holder="person", image=image, grade=Grade(TIME, times))


def ours(url: str, image: bytes) -> Callable[[Sequence[bytes]], None]:
    opened = hand(url, image)

    def sign(pdfs: Sequence[bytes]) -> None:
        for pdf in pdfs:
            assert len(opened.sign_as_person(pdf, at=datetime.now(UTC))) > len(pdf)

    return sign


def bare(url: str, image: bytes) -> Callable[[Sequence[bytes]], None]:
    signer = pki().signer("person")
    metadata = signers.PdfSignatureMetadata(
        field_name=SIGNER,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        md_algorithm="sha256",
    )
    style = StaticStampStyle(background=PdfImage(Image.open(io.BytesIO(image))), border_width=0, background_opacity=1)

    async def sign(pdfs: Sequence[bytes]) -> None:
        async with aiohttp.ClientSession() as session:
            times = AIOHttpTimeStamper(url, session=session)
            pdf_signer = signers.PdfSigner(metadata, signer=signer, timestamper=times, stamp_style=style)
            for pdf in pdfs:
                out = io.BytesIO()
                writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
                await pdf_signer.async_sign_pdf(writer, existing_fields_only=True, output=out)
                assert len(out.getvalue()) > len(pdf)

    return lambda pdfs: asyncio.run(sign(pdfs))


def seconds(sign: Callable[[Sequence[bytes]], None], pdfs: Sequence[bytes]) -> float:
    start = time.perf_counter()
    sign(pdfs)
    return time.perf_counter() - start


def measure(url: str, folder: str, count: str) -> None:
    """Sign that many documents from the folder, one file in and one file out; print the peak memory in MiB."""
    opened = hand(url, demo_images.signature_image(drafts.SIGNER))
    for path in sorted(Path(folder).glob("*.pdf"))[: int(count)]:
        path.with_suffix(".signed").write_bytes(opened.sign_as_person(path.read_bytes(), at=datetime.now(UTC)))
    # Not ru_maxrss: that begins with what the parent had when it forked.
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    print(int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024)


def peak(url: str, folder: Path, count: int) -> float:
    line = [sys.executable, "-c", MEMORY, url, str(folder), str(count)]
    return float(subprocess.run(line, capture_output=True, text=True, check=True).stdout)


def run(count: int, rounds: int) -> bool:
    """Print the figures of one run; returns whether the limit is kept."""
    image = demo_images.signature_image(drafts.SIGNER)
    pdfs = documents(count)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        url = server.stdout.readline().strip()
        loops = {"bare pyHanko": bare(url, image), "our batch": ours(url, image)}
        spent = dict.fromkeys(loops, 0.0)
        for sign in loops.values():
            seconds(sign, pdfs[:3])  # warm: code loaded, connection open
        for _ in range(rounds):
            for name, sign in loops.items():
                spent[name] += seconds(sign, pdfs)
        rate = {name: count * rounds / value for name, value in spent.items()}
        for name, value in rate.items():
            print(f"{name:>14}: {value:6.1f} documents a second ({1000 / value:.1f} ms each)")
        ratio = rate["our batch"] / rate["bare pyHanko"]
        print(f"         ratio: {ratio:6.2f} (limit {LEAST:.2f})")
        with tempfile.TemporaryDirectory() as name:
            for number, pdf in enumerate(pdfs):
                (Path(name) / f"{number:04}.pdf").write_bytes(pdf)
            few, many = peak(url, Path(name), max(1, count // 4)), peak(url, Path(name), count)
        print(f"   peak memory: {few:.0f} MiB for {max(1, count // 4)} documents, {many:.0f} MiB for {count}")
        server.stdin.close()
    return ratio >= LEAST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    return 0 if run(asked.documents, asked.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
