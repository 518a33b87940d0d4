"""Streamlit entry: language, navigation and what is in use; the pages are in `planner.views`."""

import logging

import streamlit as st

from planner.views import (
    accuracy,
    data,
    export,
    forecast,
    requirement,
    session,
    skills,
    today,
    verify,
    what_if,
)
from planner.views.parts import plain

PAGES = {
    "data": (data.show, ":material/database:"),
    "forecast": (forecast.show, ":material/trending_up:"),
    "accuracy": (accuracy.show, ":material/verified:"),
    "requirement": (requirement.show, ":material/groups:"),
    "verify": (verify.show, ":material/fact_check:"),
    "skills": (skills.show, ":material/diversity_3:"),
    "today": (today.show, ":material/today:"),
    "what_if": (what_if.show, ":material/tune:"),
    "export": (export.show, ":material/download:"),
}


def main() -> None:
    """Show the page that the address names."""
    # First of all: without an icon of its own the browser would fetch one from the internet.
    st.set_page_config(page_title="Aforo", page_icon="📈", layout="wide")
    session.start()
    with st.sidebar:
        text = session.choose_language()
    pages = [
        st.Page(show, title=text(f"app.pages.{name}"), icon=icon, url_path=name.replace("_", "-"))
        for name, (show, icon) in PAGES.items()
    ]
    page = st.navigation(pages)
    st.set_page_config(page_title=f"{page.title} · Aforo")
    with st.sidebar:
        name = text("app.sample") if session.source().is_sample else plain(session.source().name)
        st.caption(text("app.in_use", history=name, scenario=plain(session.scenario().name)))
        if page.url_path:  # the first page, which is at the root, is where one uploads
            st.page_link(pages[0], label=text("app.other_history"), icon=":material/upload:")
    try:
        page.run()
    except Exception:  # a fault of ours: people get a sentence, the log the whole story
        logging.getLogger("aforo").exception("page %r failed", page.url_path)
        st.error(text("app.failed"), icon=":material/bug_report:")


main()
