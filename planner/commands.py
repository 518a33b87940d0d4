"""What each command does: the same calls as the app, told on a terminal."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

from forecasting.problems import has_errors
from forecasting.workers import Workers
from planner.command_inputs import given_history, given_scenario, with_stated
from planner.comparison import compare as compare_plans
from planner.earlier_plan import read_earlier
from planner.edit_value import value_of_edits
from planner.export import csv_bytes, export_plan
from planner.exported import read_exported
from planner.intake import load_history
from planner.plan import HistoryRefused, Plan, make_plan
from planner.sample import app_path, sample_history_path, sample_scenario_path
from planner.scenario import Scenario
from planner.scenario_file import read_scenario
from planner.terminal import plan_totals, show_comparison, show_plan
from planner.terminal_today import show_left_out, show_today
from planner.terminal_value import show_value
from planner.text import Text
from planner.today import update_today
from planner.today_file import read_today, with_day, with_length
from planner.told import ATTENTION, DONE, forecasting, print_json, records, told

PORTS_TRIED = 50


def plan(arguments: Namespace, text: Text) -> int:
    """Plan a centre from its history and export the plan."""
    with told(text) as outcome:
        scenario = _with_overrides(given_scenario(arguments), arguments)
        intake = given_history(arguments, scenario, text)
        with forecasting(text, quiet=arguments.quiet) as tick:
            made = make_plan(
                intake,
                scenario,
                skip_bad_rows=arguments.skip_bad_rows,
                workers=Workers(processes=arguments.workers, cluster=arguments.cluster),
                progress=tick,
            )
        _deliver(made, arguments, text)
    return outcome.code


def today(arguments: Namespace, text: Text) -> int:
    """Update a day of the plan with its intervals so far."""
    with told(text) as outcome:
        scenario = given_scenario(arguments)
        intake = given_history(arguments, scenario, text)
        so_far = with_length(
            lambda length: (
                given_history(arguments, scenario, text, [arguments.so_far], length).reading
            ),
            intake.interval_min,
        )
        show_left_out(so_far.problems, text)
        if intake.reading.history.empty:
            raise HistoryRefused(intake.problems)
        rows, day = read_today(so_far, intake.interval_min, arguments.day)
        scenario = with_day(scenario, intake.reading, day)
        with forecasting(text, quiet=arguments.quiet) as tick:
            made = make_plan(intake, scenario, skip_bad_rows=arguments.skip_bad_rows, progress=tick)
        update = update_today(made, rows, day)
        if arguments.out:
            arguments.out.write_bytes(csv_bytes(update.intervals))
        if arguments.json:
            print_json(
                {
                    "day": str(update.day),
                    "now": None if update.now is None else update.now.isoformat(),
                    "queues": records(update.queues),
                    "intervals": records(update.intervals),
                    "strangers": update.strangers,
                    "problems": records(so_far.problems),
                }
            )
        else:
            show_today(update, text)
        outcome.code = ATTENTION if has_errors(so_far.problems) else DONE
    return outcome.code


def demo(arguments: Namespace, text: Text) -> int:
    """Plan the sample centre."""
    with told(text) as outcome:
        scenario = read_scenario(sample_scenario_path())
        intake = load_history(sample_history_path(), scenario)
        with forecasting(text, quiet=arguments.quiet) as tick:
            made = make_plan(intake, scenario, progress=tick)
        _deliver(made, arguments, text)
    return outcome.code


def compare(arguments: Namespace, text: Text) -> int:
    """Compare exported plans, the first one being the baseline."""
    with told(text) as outcome:
        plans = [read_exported(folder) for folder in arguments.plans]
        table = compare_plans(plans)
        if arguments.out:
            arguments.out.write_bytes(csv_bytes(table))
        if arguments.json:
            print_json({"comparison": records(table)})
        else:
            show_comparison(table, plans[0].scenario.currency, text)
    return outcome.code


def value(arguments: Namespace, text: Text) -> int:
    """Tell what the edits of an earlier plan were worth."""
    with told(text) as outcome:
        earlier = read_earlier(arguments.plan)
        reading = given_history(arguments, earlier.scenario, text).reading
        if reading.history.empty:
            raise HistoryRefused(reading.problems)
        table = value_of_edits(earlier, reading.history)
        if arguments.out:
            arguments.out.write_bytes(csv_bytes(table))
        if arguments.json:
            print_json({"edits": records(table), "problems": records(reading.problems)})
        else:
            show_left_out(reading.problems, text, "cli.value.left_out")
            show_value(table, text)
        outcome.code = ATTENTION if has_errors(reading.problems) else DONE
    return outcome.code


def app(arguments: Namespace, text: Text) -> int:
    """Serve the app on this machine until it is stopped."""
    port = _free_port(arguments.port)
    print(text("cli.app.serving", address=f"http://localhost:{port}"), flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(app_path())]
    options = ["--server.port", str(port), "--server.headless", "true"]
    options += ["--server.address", "localhost", "--browser.gatherUsageStats", "false"]
    environment = dict(os.environ)
    if arguments.store is not None:
        environment["AFORO_STORE"] = str(arguments.store.resolve())
    try:
        return subprocess.call([*command, *options], env=environment)  # noqa: S603 - our own app, our own options
    except KeyboardInterrupt:
        print(text("cli.app.stopped"))
        return DONE


def _with_overrides(scenario: Scenario, arguments: Namespace) -> Scenario:
    """Put what the command line states in place of the scenario's."""
    stated = ("name", "start", "weeks", "lead_days", "shrinkage", "volume_factor", "aht_factor")
    scenario = with_stated(scenario, arguments, (*stated, "engine", "models"))
    if arguments.aht is not None:
        scenario = replace(scenario, default_aht_s=arguments.aht)
    if arguments.service_level is not None:
        level, within_s = arguments.service_level
        scenario = scenario.with_target("voice", service_level=level, within_s=within_s)
    if arguments.max_occupancy is not None:
        scenario = scenario.with_target("voice", max_occupancy=arguments.max_occupancy)
    return scenario


def _deliver(made: Plan, arguments: Namespace, text: Text) -> None:
    # The face reads the clock; below it, the same inputs give the same files.
    created = datetime.now(UTC).isoformat(timespec="seconds")
    files = export_plan(
        made, arguments.out, language=text.language, csv_dialect=arguments.csv, created=created
    )
    totals = plan_totals(made)
    if arguments.json:
        print_json(
            {
                "folder": str(arguments.out),
                "files": [str(file) for file in files],
                "start": made.start.isoformat(),
                "weeks": made.scenario.weeks,
                "totals": records(totals),
                "choice": records(made.choice),
                "problems": records(made.problems),
            }
        )
        return
    show_plan(made, totals, text)
    print(text("cli.exported", folder=str(arguments.out), count=text.number(len(files))))


def _free_port(first: int) -> int:
    for port in range(first, first + PORTS_TRIED):
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)) != 0:
                return port
    return first
