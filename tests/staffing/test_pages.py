"""The pages on queueing: every example is true, every public name has its page."""

import ast
import doctest
import re
from pathlib import Path

import pytest

import staffing

FOLDER = Path(__file__).parents[2] / "docs" / "queueing"
INDEX = FOLDER / "README.md"
PAGES = sorted(set(FOLDER.glob("*.md")) - {INDEX})
page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
any_page = pytest.mark.parametrize("path", [INDEX, *PAGES], ids=lambda path: path.stem)


def examples(path):
    blocks = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    return doctest.DocTestParser().get_doctest("\n".join(blocks), {}, path.stem, str(path), 0)


def names(text):
    return re.findall(r"`(\w+)`", text)


def functions(path):
    _, listed = path.read_text(encoding="utf-8").split("**Functions:**")
    return names(listed)


@page
def test_its_examples_are_true(path):
    told = []
    result = doctest.DocTestRunner(verbose=False).run(examples(path), out=told.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(told)


@page
def test_it_shows_every_function_it_lists(path):
    code = ast.parse("".join(example.source for example in examples(path).examples))
    shown = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
    assert set(functions(path)) <= shown


@page
def test_it_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


@any_page
def test_its_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@any_page
def test_it_names_no_path_of_the_machine_it_was_written_on(path):
    assert not re.search(r"/(work|root|home|tmp)/", path.read_text(encoding="utf-8"))


def test_every_public_name_has_one_page():
    assert sorted(name for path in PAGES for name in functions(path)) == sorted(staffing.__all__)


def test_the_index_lists_every_page_with_its_functions():
    rows = re.findall(r"^\|.*\]\((.+)\) \|(.*)\|$", INDEX.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == len(PAGES)
    assert {file: names(listed) for file, listed in rows} == {
        path.name: functions(path) for path in PAGES
    }
