"""`./mocban signature …`: sign and verify files from the console, with no server, database or data folder.

A command is a module with `arguments(parser)` and `run(options)`; `parser` below lists them. Nothing here may need more
of Django than its sentences, and nothing a file holds may end in a traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import NoReturn

# name: module, what it does
COMMANDS = {
    "sign": ("mocban.config.signature_sign", "sign a PDF with a key file, a token or an HSM"),
    "verify": ("mocban.config.signature_verify", "say what the signatures of files are worth"),
}
LANGUAGES = ("vi", "en")
UNWRITABLE = 2


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - closed by whoever started us; for our whole life
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):  # whatever the locale says: names of files may hold any byte
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        with speaking(options.language):
            code = int(options.command(options))
        sys.stdout.flush()
    except KeyboardInterrupt:
        _leave(128 + signal.SIGINT)
    except BrokenPipeError:
        _leave(128 + signal.SIGPIPE)
    except OSError as problem:  # of files each command speaks itself; this is the output
        with contextlib.suppress(OSError):
            print(f"The output cannot be written: {problem.strerror or problem}", file=sys.stderr)
        _leave(UNWRITABLE)
    return code


def parser() -> argparse.ArgumentParser:
    """The commands of the group."""
    top = argparse.ArgumentParser(prog="./mocban signature", description="digital signatures of files")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, text) in COMMANDS.items():
        command = import_module(module)
        one = commands.add_parser(
            name, help=text, description=command.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        one.add_argument("--language", choices=LANGUAGES, default="vi", help="of the sentences (default vi)")
        command.arguments(one)
        one.set_defaults(command=command.run)
    return top


def speaking(language: str) -> AbstractContextManager[None]:
    """Have sentences in `language` inside the block; of Django nothing else is made ready."""
    import django
    from django.conf import settings
    from django.utils import translation

    if not settings.configured:
        from mocban.config.runtime import PROJECT

        settings.configure(
            LANGUAGE_CODE="vi",
            LANGUAGES=[(code, code) for code in LANGUAGES],
            LOCALE_PATHS=[PROJECT / "src" / "mocban" / "config" / "locale"],
            USE_I18N=True,
            USE_TZ=True,
            TIME_ZONE="Asia/Ho_Chi_Minh",
            LOGGING_CONFIG=None,
        )
        django.setup()
    return translation.override(language)


def _leave(code: int) -> NoReturn:
    """End at once: threads may wait for a file that nobody asks about any more. What is printed is printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
