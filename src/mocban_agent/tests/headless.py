"""Run the program with a person who types given PINs: `python -m mocban_agent.tests.headless FOLDER DRIVER PORT PIN…`.

Only the person is made up; server, desk, log and tokens are the real ones. What is shown is printed as JSON lines.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mocban_agent.__main__ import build, serve
from mocban_agent.asking import question_lines, wrong_lines
from mocban_agent.desk import Question
from mocban_agent.tokens import PinState, Tokens


def say(kind: str, **values: object) -> None:
    print(json.dumps({"kind": kind, **values}), flush=True)


class Typist:
    def __init__(self, pins: list[str]) -> None:
        self.pins = pins

    def show_code(self, origin: str, code: str) -> None:
        say("code", origin=origin, code=code)

    def pin(self, question: Question, state: PinState) -> str | None:
        say("pin", lines=wrong_lines(state) or question_lines(question), wrong=state.wrong, low=state.low)
        return self.pins.pop(0) if self.pins else None

    def tell(self, sentence: str) -> None:
        say("told", sentence=sentence)


if __name__ == "__main__":
    folder, driver, port, *pins = sys.argv[1:]
    agent = build(Path(folder), int(port), Tokens([driver] if driver else []), Typist(pins))
    say("listening", port=agent.server_port)
    serve(agent)
