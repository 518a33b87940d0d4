"""The command that finds the agents by skill of an exported plan."""

from __future__ import annotations

import math
from argparse import Namespace
from typing import Any

import pandas as pd

from planner.export import write_tables
from planner.exported import read_exported
from planner.skill_groups import TableRefused, default_groups, read_groups
from planner.skill_model import SkillsRefused, skill_model
from planner.skill_study import SkillStudy, staff_by_skill, worth_teaching
from planner.skill_words import why_refused
from planner.terminal import show_problems
from planner.terminal_skills import searching, show_lessons, show_study
from planner.text import Text
from planner.told import ATTENTION, DONE, WRONG_USE, note, print_json, records, told


def skills(arguments: Namespace, text: Text) -> int:
    """Find the agents of each skill group in some hours of an exported plan, and tell them."""
    with told(text) as outcome:
        try:
            study, lessons = _found(arguments, text)
        except SkillsRefused as refused:
            note(why_refused(refused, text))
            return WRONG_USE
        except TableRefused as refused:
            show_problems(refused.problems, text)
            return ATTENTION
        tables = _tables(study, lessons)
        if arguments.json:
            print_json(_facts(study) | {name: records(table) for name, table in tables.items()})
        else:
            show_study(study, text)
            if lessons is not None:
                show_lessons(lessons, study.model, text)
        if arguments.out:
            write_tables(tables, arguments.out, "skill")
        outcome.code = DONE if study.feasible else ATTENTION
    return outcome.code


def _found(arguments: Namespace, text: Text) -> tuple[SkillStudy, pd.DataFrame | None]:
    plan = read_exported(arguments.plan)
    model = skill_model(plan, day=arguments.day, hours=_hours(arguments))
    groups = (
        read_groups(arguments.groups, model)
        if arguments.groups
        else default_groups(model, text("skills.everybody"))
    )
    seed = plan.scenario.seed if arguments.seed is None else arguments.seed
    with searching(text, quiet=arguments.quiet or arguments.json) as tick:
        study = staff_by_skill(
            model,
            groups,
            replications=arguments.replications,
            seed=seed,
            threads=arguments.threads,
            progress=tick,
        )
        if not (arguments.teach and study.feasible):
            return study, None
        lessons = worth_teaching(model, groups, seed=seed, threads=arguments.threads, progress=tick)
    return study, lessons


def _hours(arguments: Namespace) -> tuple[int, int] | None:
    """Return the hours given; from midnight or until it where only one end is."""
    begin, end = getattr(arguments, "from"), arguments.to
    if begin is None and end is None:
        return None
    return (0 if begin is None else begin, 24 * 60 if end is None else end)


def _facts(study: SkillStudy) -> dict[str, Any]:
    found, model = study.staffing, study.model
    # JSON has no word for a number that is not known.
    unknown = math.isnan(found.gap)
    return {
        "status": found.status,
        "out_of_reach": found.out_of_reach,
        "start": None if model.start is None else model.start.isoformat(),
        "end": None if model.end is None else model.end.isoformat(),
        "load_erlangs": model.load_erlangs,
        "agents": found.agents,
        "cost_per_hour": found.cost_per_hour,
        "currency": model.currency,
        "lower_bound": None if unknown else found.lower_bound,
        "gap": None if unknown else found.gap,
        "pooled_agents": found.pooled_agents,
        "separate_agents": found.separate_agents,
        "evaluations": found.evaluations,
        "replications": found.replications,
        "seed": found.seed,
    }


def _tables(study: SkillStudy, lessons: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Every table of an answer, by its name in files and JSON."""
    groups = study.staffing.groups
    # As `--groups` reads them: one column only may be called a cost.
    written = groups.assign(skills=["; ".join(each) for each in groups["skills"]])
    tables = {
        "groups": written.rename(columns={"cost": "all_per_hour"}),
        "queues": study.staffing.queues,
        "fewer": study.curve,
        "notes": study.model.notes,
    }
    return tables if lessons is None else tables | {"lessons": lessons}
