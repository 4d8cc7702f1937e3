"""The commands of ./mocban. Plain argparse; imports no Django, because the supervisor stays in memory."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from mocban.config import runtime
from mocban.config.postgres import ServerFailed
from mocban.config.runtime import Refused, Run

DEFAULT_DATA = runtime.PROJECT / "var"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (Refused, ServerFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line, shared with the documentation test."""
    top = argparse.ArgumentParser(prog="./mocban", description="Mộc Bản: office records and archives")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default var/)")
        one.set_defaults(command=function)
        return one

    one = add("demo", demo, "start the demo province")
    one.add_argument("--port", type=int, default=8000)
    one = add("up", up, "start for real use")
    one.add_argument("--port", type=int, default=None)
    one.add_argument("--config", type=Path, default=None, metavar="FILE", help="KEY=VALUE lines; the environment wins")
    one = add("token", token, "print an API token of a person")
    one.add_argument("login")
    one.add_argument("--position", default="", help="code of the position, when the person has several")
    add("doctor", doctor, "show each part, its version, and what to do")
    one = add("backup", backup, "write a backup into a new folder")
    one.add_argument("folder", type=Path, metavar="DIR")
    one = add("restore", restore, "restore a backup")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--force", action="store_true", help="replace what the data folder holds")
    one = add("registry", registry, "books, ledgers, old registers (./mocban registry --help names the commands)")
    one.add_argument("arguments", nargs=argparse.REMAINDER)
    # "\0": every word that follows belongs to the group's own parser, also those that begin with a dash.
    text = "sign and verify files, without server or database (./mocban signature --help names the commands)"
    one = commands.add_parser("signature", help=text, prefix_chars="\0", add_help=False)
    one.add_argument("arguments", nargs=argparse.REMAINDER)
    one.set_defaults(command=signature)
    one = add("manage", manage, "Django's own commands")
    one.add_argument("arguments", nargs=argparse.REMAINDER)
    text = "the signing program for the USB token of this computer"
    one = commands.add_parser("agent", help=text, prefix_chars="\0", add_help=False)
    one.add_argument("arguments", nargs=argparse.REMAINDER)
    one.set_defaults(command=agent)
    one = commands.add_parser("test", help="run the checks and the tests", prefix_chars="\0", add_help=False)
    one.add_argument("arguments", nargs=argparse.REMAINDER)
    one.set_defaults(command=test)
    return top


def _data(options: argparse.Namespace) -> Path:
    chosen = options.data or Path(os.environ.get("MOCBAN_DATA") or DEFAULT_DATA)
    return runtime.make_data(Path(chosen))


def demo(options: argparse.Namespace) -> int:
    """Start the demo province on the loopback address."""
    from mocban.config import supervisor

    return supervisor.serve(Run(data=_data(options), mode="demo", port=options.port))


def up(options: argparse.Namespace) -> int:
    """Start for real use; configuration from the environment or a file, the environment first."""
    from mocban.config import supervisor

    if options.config:
        for key, value in runtime.read_config(options.config).items():
            os.environ.setdefault(key, value)
    if len(os.environ.get("MOCBAN_SECRET", "")) < 32:
        raise Refused("MOCBAN_SECRET is missing or shorter than 32 characters: see docs/howto/configure.md.")
    host, port = _listen(os.environ.get("MOCBAN_LISTEN", "127.0.0.1:8000"))
    workers = _number("MOCBAN_WORKERS", 3)
    run = Run(_data(options), "up", host, options.port or port, workers, _number("MOCBAN_CONNECTIONS", 20))
    return supervisor.serve(run)


def _listen(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit():
        raise Refused("MOCBAN_LISTEN must be HOST:PORT, for example 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise Refused(f"{name} must be a whole number of at least 1.")
    return int(text)


def token(options: argparse.Namespace) -> int:
    """Print an API token; the only moment it can be read."""
    return _django(options, ["-m", "mocban.config.token", options.login, options.position])


def registry(options: argparse.Namespace) -> int:
    """Run a command of the registry on the database of the data folder."""
    return _django(options, ["-m", "mocban.config.registry_cli", *options.arguments])


def signature(options: argparse.Namespace) -> int:
    """Sign or verify files; in this process, for it needs nothing of an installation."""
    from mocban.config import signature_cli

    return signature_cli.main(options.arguments)


def manage(options: argparse.Namespace) -> int:
    """Run one of Django's commands on the database of the data folder."""
    return _django(options, ["-m", "django", *options.arguments])


def _django(options: argparse.Namespace, arguments: list[str]) -> int:
    data = _data(options)
    with runtime.database(data) as url:
        return subprocess.run(runtime.python(*arguments), env=runtime.environment(data, url)).returncode


def agent(options: argparse.Namespace) -> int:
    """Run the signing program, which is a package of its own and needs nothing of this one."""
    return subprocess.run([sys.executable, "-m", "mocban_agent", *options.arguments]).returncode


def doctor(options: argparse.Namespace) -> int:
    """Check each part; 1 when something is missing."""
    from mocban.config import doctor as checks

    return checks.report(_data(options))


def backup(options: argparse.Namespace) -> int:
    """Write a backup."""
    from mocban.config import backup as archive

    return archive.backup(_data(options), options.folder)


def restore(options: argparse.Namespace) -> int:
    """Restore a backup."""
    from mocban.config import backup as archive

    return archive.restore(_data(options), options.folder, force=options.force)


def test(options: argparse.Namespace) -> int:
    """Run linters, type checks, import contracts and pytest."""
    from mocban.config import checks

    return checks.run(options.arguments)


if __name__ == "__main__":
    sys.exit(main())
