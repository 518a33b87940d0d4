"""The export page: the plan as an Excel workbook, as a folder of files, as its scenario."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from planner.export import CSV_DIALECTS, csv_bytes, export_plan, plan_tables, usual_dialect
from planner.plan import Plan
from planner.scenario_file import scenario_toml
from planner.text import LANGUAGES, Text, catalogue
from planner.views import session
from planner.views.choices import choose
from planner.views.parts import page_title, plan_caption, section, table
from planner.views.planning import the_plan
from planner.workbook import workbook_bytes

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PREVIEW_ROWS = 100


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "export")
    plan = the_plan()
    plan_caption(plan, text)
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _workbook(plan, text)
    with right, st.container(border=True, height="stretch"):
        dialect = _folder(plan, text)
    with st.container(border=True):
        _single_files(plan, dialect, text)


def _workbook(plan: Plan, text: Text) -> None:
    section(text("app.export.excel"), text("app.export.excel_about"))
    language = choose(
        text("app.export.language"),
        list(LANGUAGES),
        text,
        # Its first choice is the app's language, whichever that is now.
        f"export_language_{text.language}",
        written=lambda code: catalogue(code)("language.name"),
        default=text.language,
        few=True,
    )
    st.download_button(
        text("app.export.download_excel"),
        lambda: workbook_bytes(plan, language, created=_now()),
        file_name=f"{_file_stem(plan)}.xlsx",
        mime=_EXCEL,
        icon=":material/table_view:",
        type="primary",
        on_click="ignore",
        key="download_excel",
    )


def _folder(plan: Plan, text: Text) -> str:
    section(text("app.export.folder"), text("app.export.folder_about"))
    dialect: str = choose(
        text("app.export.dialect"),
        list(CSV_DIALECTS),
        text,
        f"export_dialect_{text.language}",
        written=lambda code: text(f"app.export.dialects.{code}"),
        default=usual_dialect(text.language),
        few=True,
    )
    st.download_button(
        text("app.export.download_folder"),
        lambda: _zipped(plan, text.language, dialect),
        file_name=f"{_file_stem(plan)}.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        key="download_folder",
    )
    return dialect


def _single_files(plan: Plan, dialect: str, text: Text) -> None:
    """Show what is inside, one file at a time."""
    section(text("app.export.inside"), text("app.export.inside_about"))
    tables = plan_tables(plan)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choose(
            text.column("file"),
            [*tables, "scenario.toml"],
            text,
            "export_file",
            written=lambda file: f"{file} · {text(f'app.export.files.{Path(file).stem}')}",
        )
        if name == "scenario.toml":
            page = scenario_toml(plan.scenario)
            st.download_button(
                text("app.export.download_file", file=name),
                page,
                file_name=name,
                mime="application/toml",
                icon=":material/download:",
                on_click="ignore",
                key="download_file",
            )
        else:
            frame = tables[name]
            st.download_button(
                text("app.export.download_file", file=name),
                lambda: csv_bytes(frame, dialect),
                file_name=name,
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="download_file",
            )
    if name == "scenario.toml":
        st.code(page, language="toml")
    else:
        _preview(frame, plan, text)


def _preview(frame: pd.DataFrame, plan: Plan, text: Text) -> None:
    rows = text.number(min(len(frame), _PREVIEW_ROWS))
    st.caption(text("app.export.preview", rows=rows, total=text.number(len(frame))))
    table(
        frame.head(_PREVIEW_ROWS),
        text,
        text("app.export.inside"),
        currency=plan.scenario.currency,
    )


def _zipped(plan: Plan, language: str, dialect: str) -> bytes:
    """Export to a folder of its own, and pack it."""
    packed = io.BytesIO()
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "plan"
        files = export_plan(plan, folder, language=language, csv_dialect=dialect, created=_now())
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
    return packed.getvalue()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _file_stem(plan: Plan) -> str:
    """Name a download after the scenario, in letters that every file system takes."""
    name = "".join(c if c.isalnum() else "-" for c in plan.scenario.name)
    return f"{name.strip('-')[:60] or 'plan'}-{plan.start.isoformat()}"
