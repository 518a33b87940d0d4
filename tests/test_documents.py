import re
import tomllib
from pathlib import Path

import pytest

from planner.cli import build_parser
from planner.scenario_file import parse_scenario
from planner.text import catalogue

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "data/*.md", "notebooks/*.md")
    for path in ROOT.glob(pattern)
)
READMES = [ROOT / "README.md", ROOT / "README.es.md"]
page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
readme = pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)


def fenced(path, language):
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@page
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@readme
def test_commands_are_understood_as_written(path):
    parser = build_parser(catalogue("en"))
    commands = re.findall(r"^\.venv/bin/aforo +(.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert commands
    for command in commands:
        parser.parse_args(command.split())


@readme
def test_the_make_targets_exist(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@readme
def test_the_scenario_shown_is_a_scenario(path):
    (shown,) = fenced(path, "toml")
    assert parse_scenario(shown.encode()).country == tomllib.loads(shown)["country"]


@readme
def test_the_python_shown_uses_names_that_exist(path):
    import planner

    (shown,) = fenced(path, "python")
    (names,) = re.findall(r"^from planner import (.+)$", shown, re.MULTILINE)
    assert all(hasattr(planner, name.strip()) for name in names.split(","))


def test_the_two_readmes_have_the_same_parts():
    heads, blocks = (
        {re.sub(r"\W", "", str(len(re.findall(mark, path.read_text("utf-8"), re.MULTILINE))))
         for path in READMES}
        for mark in (r"^## ", r"^```")
    )  # fmt: skip
    assert len(heads) == len(blocks) == 1


def test_no_document_names_a_path_of_the_machine_it_was_written_on():
    for path in PAGES:
        assert not re.search(r"/(work|root|home|tmp)/", path.read_text(encoding="utf-8")), path
