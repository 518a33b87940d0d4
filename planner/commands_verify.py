"""The command that lets a simulation judge an exported plan."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pandas as pd

from planner import judge
from planner.export import csv_bytes, write_tables
from planner.exported import ExportedPlan, read_exported
from planner.roster import Roster
from planner.roster_file import RosterReading, read_roster
from planner.roster_results import roster_agents
from planner.terminal import show_problems
from planner.terminal_verify import show_verification, simulating
from planner.text import Text
from planner.told import ATTENTION, DONE, WRONG_USE, note, print_json, records, told
from planner.verification import Verification
from planner.verify_queues import NothingToVerify


class _RosterRefused(Exception):  # noqa: N818 - named for what happened to the user's file
    """A roster with errors, told already."""


def verify(arguments: Namespace, text: Text) -> int:
    """Simulate an exported plan and tell what it will give."""
    with told(text) as outcome:
        try:
            plan = read_exported(arguments.plan)
            reading = _roster(arguments, plan, text)
            roster = None if reading is None else reading.roster
            found = _simulated(plan, roster, arguments, text)
        except _RosterRefused:
            return ATTENTION
        except NothingToVerify:
            note(text("cli.verify.nothing"))
            return WRONG_USE
        tables = _tables(found)
        if arguments.json:
            document = {name: records(table) for name, table in tables.items()}
            told_of = {} if reading is None else {"problems": records(reading.problems)}
            facts = {"replications": found.replications, **_named_roster(found)}
            print_json(facts | document | told_of)
        else:
            show_verification(found, text)
        if arguments.half_width and found.half_width() > arguments.half_width:
            known = text.percent(found.half_width(), 1)
            note(text("cli.verify.not_so_sure", known=known), "yellow")
        if arguments.out:
            _write(tables, arguments.out)
        outcome.code = DONE
    return outcome.code


def _roster(arguments: Namespace, plan: ExportedPlan, text: Text) -> RosterReading | None:
    """Read the roster, if there is one, and show what is to be said about it."""
    if arguments.roster is None:
        return None
    reading = read_roster(arguments.roster, plan)
    refused = reading.roster is None
    if refused and arguments.json:
        print_json({"problems": records(reading.problems)})
    elif len(reading.problems) and not arguments.json:
        show_problems(reading.problems, text)
    if refused:
        note(text("cli.verify.roster_refused"))
        raise _RosterRefused
    return reading


def _simulated(
    plan: ExportedPlan, roster: Roster | None, arguments: Namespace, text: Text
) -> Verification:
    """Simulate; whoever interrupts it gets what is known, if anything is."""
    known: list[Verification] = []
    with simulating(text, quiet=arguments.quiet or arguments.json) as tick:

        def progress(share: float, so_far: Verification | None) -> None:
            tick(share)
            known[:] = [] if so_far is None else [so_far]

        try:
            return judge.verify(
                plan,
                roster,
                replications=arguments.replications,
                half_width=arguments.half_width,
                seed=plan.scenario.seed if arguments.seed is None else arguments.seed,
                threads=arguments.threads,
                handling_cv=arguments.handling_cv,
                progress=progress,
            )
        except KeyboardInterrupt:
            if not known:
                raise
    note(text("cli.verify.stopped", count=text.number(known[0].replications)), "yellow")
    return known[0]


def _tables(found: Verification) -> dict[str, pd.DataFrame]:
    """Every table of a verification, by its name in files and JSON."""
    tables = {
        "queues": found.periods("plan").drop(columns="start"),
        "steps": found.steps(),
        "chances": found.chances(),
        "days": found.periods("day"),
        "intervals": found.periods("interval"),
        "notes": found.model.notes,
    }
    if found.model.roster is not None:
        tables["agents"] = roster_agents(found)
    return tables


def _named_roster(found: Verification) -> dict[str, dict[str, str | int]]:
    """Say which roster was simulated, if one was."""
    roster = found.model.roster
    if roster is None:
        return {}
    counts = {"agents": len(roster.agents), "shifts": roster.shifts}
    return {"roster": {"name": roster.name, **counts, "left_out": roster.shifts_left_out}}


def _write(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Write the intervals to a CSV file, or every table to a folder."""
    if out.suffix.lower() == ".csv":
        out.write_bytes(csv_bytes(tables["intervals"]))
        return
    write_tables(tables, out, "verified")
