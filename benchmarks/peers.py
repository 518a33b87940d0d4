"""The peers, each in an isolated environment of its own, made by uv and thrown away after the run.

None of them becomes a dependency of the project. A peer that cannot be had (no uv, no network, no
such Python) is absent for a reason that the report gives; the others are measured all the same.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import ExitStack

PEERS = {
    "pyworkforce 0.5.1": ("pyworkforce==0.5.1", "3.11"),  # the last for Python 3.11
    "pyworkforce 0.5.4": ("pyworkforce==0.5.4", "3.12"),
    "turbotab 0.8.0": ("turbotab==0.8.0", "3.11"),
}
"""What to install for each peer, and the Python it runs on."""

PATIENCE_FOR_INSTALLING_S = 120.0


class AbsentError(Exception):
    """Why a peer cannot be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A peer that answers questions; see `peer_answers` for what it can be asked."""

    process: subprocess.Popen[str]
    about: dict[str, Any]

    def answers(
        self, want: str, rows: list[dict[str, Any]], *, limit_s: float, budget_s: float
    ) -> list[tuple[Any, float]]:
        """Answers and seconds of the rows it came to within the budget, in order."""
        return self._ask(want=want, rows=rows, limit_s=limit_s, budget_s=budget_s)

    def seconds_a_pass(self, want: str, rows: list[dict[str, Any]], turn_s: float) -> float:
        """Seconds to answer all rows once, the mean of as many passes as fit in `turn_s`."""
        return self._ask(want=want, rows=rows, turn_s=turn_s)

    def day(self, **asked: Any) -> dict[str, Any]:
        """One simulated day: what became of the calls, and the processor's seconds."""
        return self._ask(**asked)

    def _ask(self, **question: Any) -> Any:
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def start_peers(
    running: ExitStack,
    peers: dict[str, tuple[str, str]] | None = None,
    program: str = "peer_answers.py",
) -> tuple[dict[str, Peer], dict[str, str]]:
    """Start every peer that can be had; the second answer says why the others cannot."""
    there, absent = {}, {}
    for name, (requirement, python) in (peers or PEERS).items():
        try:
            there[name] = _started(requirement, python, program, running)
        except AbsentError as reason:
            absent[name] = str(reason)
    return there, absent


def _started(requirement: str, python: str, program: str, running: ExitStack) -> Peer:
    if find_spec("uv"):
        uv = [sys.executable, "-m", "uv"]
    elif found := shutil.which("uv"):
        uv = [found]
    else:
        raise AbsentError("uv, which makes its environment, is not installed")
    command = [*uv, "run", "--quiet", "--isolated", "--no-project", "--no-config"]
    command += ["--python", python, "--with", requirement]
    try:
        return _in_conversation([*command, "--offline"], requirement, program, running)
    except AbsentError:  # what an earlier run fetched needs no network; the first run does
        return _in_conversation(command, requirement, program, running)


def _in_conversation(
    command: list[str], requirement: str, program: str, running: ExitStack
) -> Peer:
    script = Path(__file__).with_name(program)
    said = running.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))  # noqa: SIM115 - closed with the run
    process = running.enter_context(
        subprocess.Popen(  # noqa: S603 - uv and a program of ours
            [*command, "python", str(script), requirement.partition("==")[0]],
            env=_with_every_python(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    )
    deadline = Timer(PATIENCE_FOR_INSTALLING_S, process.kill)
    deadline.start()
    hello = process.stdout.readline()
    deadline.cancel()
    if not hello:
        raise AbsentError(_why(said))
    return Peer(process=process, about=json.loads(hello))


def _why(said: IO[str]) -> str:
    """Give the first and the last thing uv said: what failed, and the root of it."""
    said.seek(0)
    lines = [line.strip(" ×╰─▶│├") for line in said.read().splitlines() if line.strip()]
    if not lines:
        return f"no answer within {PATIENCE_FOR_INSTALLING_S:.0f} s"
    reason = "; ".join(dict.fromkeys([lines[0], lines[-1]]))
    return re.sub(r"\S*://\S+", "...", reason)  # addresses are of this machine's set-up


def _with_every_python() -> dict[str, str]:
    """Let uv see all of pyenv's Pythons, whose launchers otherwise fail but for the chosen one."""
    environment = dict(os.environ)
    if pyenv := shutil.which("pyenv"):
        listed = subprocess.run(  # noqa: S603 - pyenv, found on the path
            [pyenv, "versions", "--bare"], capture_output=True, text=True, check=False
        )
        environment["PYENV_VERSION"] = ":".join(listed.stdout.split())
    return environment
