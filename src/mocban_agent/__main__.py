"""Start the program: `python -m mocban_agent --module /path/to/the/driver.so`."""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import PORT, __version__
from .asking import Console
from .desk import Asker, Desk
from .journal import Journal, check
from .pairing import Pairing
from .requests import Refusal, origin
from .server import Agent
from .tokens import Tokens

# Where OpenSC puts its driver, which serves many cards; makers of tokens bring their own.
USUAL_DRIVERS = (
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl+C. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a code page of Windows may lack Vietnamese letters
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    folder: Path = options.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if options.check_log:
            print(f"Nhật ký nguyên vẹn: {check(folder / 'log.jsonl')[0]} dòng.")
            return 0
        only = [origin(one) for one in options.only]
        drivers = options.module or [one for one in USUAL_DRIVERS if Path(one).exists()]
        agent = build(folder, options.port, Tokens(drivers), Console(), only=only)
    except Refusal:
        print("--only cần dạng https://ten-may-chu.", file=sys.stderr)
        return 2
    except (OSError, ValueError) as problem:
        print(f"Không khởi động được: {problem}", file=sys.stderr)
        return 1
    print(f"Chương trình ký {__version__} đang chờ ở http://127.0.0.1:{agent.server_port}. Dừng: Ctrl+C.")
    if not drivers:
        print("Chưa biết trình điều khiển của token: chạy lại với --module ĐƯỜNG_DẪN.", file=sys.stderr)
    print(f"Nhật ký: {folder / 'log.jsonl'}", flush=True)
    serve(agent)
    return 0


def build(folder: Path, port: int, tokens: Tokens, asker: Asker, *, only: Sequence[str] = ()) -> Agent:
    """Return the program, listening. Raises OSError when the port is taken, ValueError for a damaged file."""
    journal = _journal(folder, asker)
    pairing = Pairing(folder / "paired.json", only=only)
    desk = Desk(tokens, asker, journal)
    return Agent(port, pairing=pairing, desk=desk, journal=journal, show_code=asker.show_code)


def serve(agent: Agent) -> None:
    """Answer until Ctrl+C or `agent.shutdown()`."""
    try:
        agent.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        agent.server_close()
        agent.desk.close()


def _journal(folder: Path, asker: Asker) -> Journal:
    """Go on with the log; one that was damaged is put aside, never mended, and the person is told."""
    path = folder / "log.jsonl"
    try:
        return Journal(path)
    except ValueError as damaged:
        aside = folder / f"log-damaged-{int(time.time())}.jsonl"
        path.replace(aside)
        asker.tell(f"Nhật ký cũ không còn nguyên vẹn ({damaged}); đã cất riêng: {aside}. Hãy báo quản trị.")
        return Journal(path)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m mocban_agent", description="Ký số bằng USB token cắm vào máy này")
    top.add_argument("--module", action="append", metavar="FILE", help="trình điều khiển PKCS#11 (lặp lại được)")
    top.add_argument("--port", type=int, default=PORT, help=f"cổng trên máy này (mặc định {PORT})")
    top.add_argument("--only", action="append", default=[], metavar="ORIGIN", help="chỉ trang này được ghép nối")
    top.add_argument("--folder", type=Path, default=_home(), metavar="DIR", help="nơi giữ ghép nối và nhật ký")
    top.add_argument("--check-log", action="store_true", help="kiểm tra nhật ký rồi thôi")
    return top


def _home() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "mocban-agent"
    return Path(os.environ.get("XDG_STATE_HOME", str(Path.home() / ".local" / "state"))) / "mocban-agent"


if __name__ == "__main__":
    sys.exit(main())
