"""Where the sample centre and the app lie, in a clone and in an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CLONE = _PACKAGE.parent


def sample_history_path() -> Path:
    """Return the sample centre's history (see data/README.md)."""
    return _first(_CLONE / "data", _PACKAGE / "sample") / "sample_history.csv.gz"


def sample_scenario_path() -> Path:
    """Return the sample centre's scenario."""
    return _first(_CLONE / "data", _PACKAGE / "sample") / "sample_centre.toml"


def app_path() -> Path:
    """Return the Streamlit entry."""
    return _first(_CLONE / "app.py", _PACKAGE / "app.py")


def _first(in_clone: Path, installed: Path) -> Path:
    return installed if installed.exists() else in_clone
