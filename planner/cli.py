"""The command line: aforo check | import | plan | today | verify | skills | compare | value | ...

A face: it reads arguments and the environment, calls the same functions as the app, and puts codes
into words. What a program should read goes to standard output (`--json`), what a person should see
meanwhile (progress, notes) to standard error.

Exit codes: 0 done; 1 the data need attention; 2 wrong use or a wrong scenario; 130 cancelled.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from planner.option_kinds import whole
from planner.skill_options import add_skills
from planner.text import LANGUAGES, Text, catalogue
from planner.verify_options import add_verify

DONE, ATTENTION, WRONG_USE, CANCELLED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    text = catalogue(_language(given))
    _translate_argparse(text)
    # Who types the bare name wants to learn what there is.
    parsed = build_parser(text).parse_args(given or ["--help"])
    # Only now the heavy part: help and mistakes answer at once.
    from planner import commands, commands_data, commands_skills, commands_verify

    run = {
        "check": commands_data.check,
        "import": commands_data.accept,
        "verify": commands_verify.verify,
        "skills": commands_skills.skills,
    }
    try:
        return int((run.get(parsed.command) or getattr(commands, parsed.command))(parsed, text))
    except KeyboardInterrupt:
        print(text("cli.cancelled"), file=sys.stderr)
        return CANCELLED


def build_parser(text: Text) -> argparse.ArgumentParser:
    """Build the parser in a language: its help teaches, with an example for every command."""
    parser = _Parser(prog="aforo", text=text, description=text("cli.about"))
    _add_language(parser, text)
    parser.add_argument("--version", action="version", version=_version(), help=text("cli.version"))
    commands = parser.add_subparsers(
        dest="command", metavar=text("cli.command"), required=True, title=text("cli.commands")
    )

    def command(name: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = commands.add_parser(
            name,
            text=text,
            help=text(f"cli.{name}.help"),
            description=text(f"cli.{name}.about"),
            epilog=text(f"cli.{name}.examples"),
            usage=f"aforo {name} {text(f'cli.{name}.usage')}".strip(),
        )
        _add_language(one, text)
        return one

    check = command("check")
    _add_history(check, text)
    _add_report(check, text)

    accept = command("import")
    _add_history(accept, text)
    _add_store(accept, text)
    _add_report(accept, text)

    plan = command("plan")
    _add_history(plan, text)
    _add_assumptions(plan, text)
    _add_output(plan, text, default_out=Path("plan"))

    today = command("today")
    _add_history(today, text)
    _add_today(today, text)

    compare = command("compare")
    compare.add_argument("plans", nargs="+", type=Path, metavar=text("cli.folder"),
                         help=text("cli.compare.plans"))  # fmt: skip
    compare.add_argument("--out", type=Path, help=text("cli.compare.out"))
    compare.add_argument("--json", action="store_true", help=text("cli.json"))

    value = command("value")
    value.add_argument("plan", type=Path, metavar=text("cli.folder"), help=text("cli.value.plan"))
    _add_file(value, text)
    _add_reading(value, text)
    value.add_argument("--out", type=Path, metavar=text("cli.file"), help=text("cli.value.out"))
    value.add_argument("--json", action="store_true", help=text("cli.json"))

    add_verify(command("verify"), text)

    add_skills(command("skills"), text)

    demo = command("demo")
    _add_output(demo, text, default_out=Path("plans/sample"))

    app = command("app")
    app.add_argument("--port", type=int, default=8501, help=text("cli.app.port"))
    app.add_argument("--store", type=Path, metavar=text("cli.file"), help=text("cli.app.store"))
    return parser


def _add_language(parser: argparse.ArgumentParser, text: Text) -> None:
    # Chosen before parsing, because the parser itself speaks it; named here for the help.
    parser.add_argument(
        "--lang", choices=tuple(LANGUAGES), default=argparse.SUPPRESS, help=text("cli.lang")
    )


def _add_file(parser: argparse.ArgumentParser, text: Text) -> None:
    parser.add_argument(
        "history", type=Path, nargs="+", metavar=text("cli.file"), help=text("cli.history_file")
    )


def _add_history(parser: argparse.ArgumentParser, text: Text) -> None:
    _add_file(parser, text)
    _add_reading(parser, text)
    parser.add_argument("--scenario", type=Path, metavar="TOML", help=text("cli.scenario_file"))
    parser.add_argument("--zone", help=text("cli.zone"))
    parser.add_argument("--country", help=text("cli.country"))
    parser.add_argument("--region", help=text("cli.region"))


def _add_reading(parser: argparse.ArgumentParser, text: Text) -> None:
    group = parser.add_argument_group(text("cli.how_read"), text("cli.how_read_about"))
    group.add_argument("--mapping", type=Path, metavar="TOML", help=text("cli.mapping"))
    group.add_argument("--answer", metavar="date_order=dmy", type=_answer, action="append",
                       default=[], help=text("cli.answer"))  # fmt: skip
    group.add_argument("--date-order", choices=("dmy", "mdy", "ymd"), help=text("cli.date_order"))
    group.add_argument("--decimal", choices=(".", ","), metavar="MARK", help=text("cli.decimal"))
    group.add_argument("--repairs-off", metavar="A,B", type=_names, help=text("cli.repairs_off"))
    group.add_argument("--stored", metavar=text("cli.text"), help=text("cli.stored"))
    group.add_argument("--stored-version", metavar="3", type=int, help=text("cli.stored_version"))


def _add_report(parser: argparse.ArgumentParser, text: Text) -> None:
    file = text("cli.file")
    parser.add_argument("--save-mapping", type=Path, metavar="TOML", help=text("cli.save_mapping"))
    parser.add_argument("--report", type=Path, metavar=file, help=text("cli.report"))
    parser.add_argument("--json", action="store_true", help=text("cli.json"))


def _add_store(parser: argparse.ArgumentParser, text: Text) -> None:
    words = {name: text(f"cli.import.{name}") for name in ("store", "name", "note", "keep", "skip")}
    file, written = text("cli.file"), text("cli.text")
    parser.add_argument("--store", type=Path, required=True, metavar=file, help=words["store"])
    parser.add_argument("--name", default="centre", metavar=written, help=words["name"])
    parser.add_argument("--note", default="", metavar=written, help=words["note"])
    parser.add_argument("--keep", action="store_true", help=words["keep"])
    parser.add_argument("--skip-bad-rows", action="store_true", help=words["skip"])


def _add_assumptions(parser: argparse.ArgumentParser, text: Text) -> None:
    group = parser.add_argument_group(text("cli.assumptions"), text("cli.assumptions_about"))

    def add(option: str, metavar: str, kind: Callable[[str], object] = str) -> None:
        words = text(f"cli.{option.removeprefix('--').replace('-', '_')}")
        group.add_argument(option, metavar=metavar, type=kind, help=words)

    add("--name", text("cli.text"))
    add("--start", "2026-11-16", date.fromisoformat)
    add("--weeks", "4", int)
    add("--lead-days", "14", int)
    add("--service-level", "80/20", _service_level)
    add("--max-occupancy", "0.9", float)
    add("--shrinkage", "0.3", float)
    add("--aht", "300", float)
    add("--volume-factor", "1.1", float)
    add("--aht-factor", "0.95", float)
    add("--models", "A,B", _names)
    group.add_argument("--engine", choices=("aforo", "pyworkforce"), help=text("cli.engine"))
    group.add_argument("--skip-bad-rows", action="store_true", help=text("cli.skip_bad_rows"))
    group.add_argument("--workers", metavar="2", type=whole(1), default=1, help=text("cli.workers"))
    group.add_argument("--cluster", metavar="tcp://HOST:PORT", help=text("cli.cluster"))


def _add_output(parser: argparse.ArgumentParser, text: Text, *, default_out: Path) -> None:
    parser.add_argument("--out", type=Path, default=default_out, help=text("cli.out"))
    parser.add_argument(
        "--csv", choices=("plain", "excel_es"), default="plain", help=text("cli.csv")
    )
    parser.add_argument("--json", action="store_true", help=text("cli.json"))
    parser.add_argument("--quiet", action="store_true", help=text("cli.quiet"))


def _add_today(parser: argparse.ArgumentParser, text: Text) -> None:
    file, words = text("cli.file"), {name: text(f"cli.today.{name}") for name in ("so_far", "day")}
    parser.add_argument("--so-far", type=Path, required=True, metavar=file, help=words["so_far"])
    parser.add_argument("--day", type=date.fromisoformat, metavar="2026-11-23", help=words["day"])
    parser.add_argument("--skip-bad-rows", action="store_true", help=text("cli.skip_bad_rows"))
    parser.add_argument("--out", type=Path, metavar=file, help=text("cli.today.out"))
    parser.add_argument("--json", action="store_true", help=text("cli.json"))
    parser.add_argument("--quiet", action="store_true", help=text("cli.quiet"))


def _service_level(value: str) -> tuple[float, float]:
    """Read "80/20" as 0.80 within 20 s."""
    percent, within_s = value.split("/")
    return float(percent) / 100, float(within_s)


def _answer(value: str) -> tuple[str, str]:
    """Read "date_order=dmy"."""
    key, sign, option = value.partition("=")
    if not (key and sign and option):
        raise ValueError(value)
    return key, option


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(","))


class _Parser(argparse.ArgumentParser):
    """argparse in the reader's language."""

    def __init__(self, *, text: Text, **options: object) -> None:
        self._text = text
        super().__init__(
            add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            **options,  # type: ignore[arg-type]
        )
        self._positionals.title = text("cli.arguments")
        self._optionals.title = text("cli.options")
        self.add_argument("-h", "--help", action="help", help=text("cli.help"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and where to learn the right ones."""
        self.print_usage(sys.stderr)
        hint = self._text("cli.see_help", command=self.prog)
        self.exit(WRONG_USE, f"{self._text('cli.wrong_use')}: {message}\n{hint}\n")


def _translate_argparse(text: Text) -> None:
    """Put argparse's own sentences into the reader's language.

    argparse asks gettext for them by its module's `_`; there is no other seam, and compiled
    message files in the package would be much for ten sentences.
    """
    argparse._ = lambda sentence: text.entries.get(f"argparse.{sentence}", sentence)  # type: ignore[attr-defined]


def _language(arguments: Sequence[str]) -> str:
    """Choose the language: --lang, then AFORO_LANG, then the terminal's own."""
    for i, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and i + 1 < len(arguments):
            value = arguments[i + 1]
        if value in LANGUAGES:
            return value
    for variable in ("AFORO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")[:2]
        if value in LANGUAGES:
            return value
    return "en"


def _version() -> str:
    from importlib.metadata import version

    return f"aforo {version('aforo')}"


if __name__ == "__main__":
    sys.exit(main())
