from .bounds import ScenarioError as ScenarioError
from .bounds import ScenarioProblem as ScenarioProblem
from .comparison import compare as compare
from .data_settings import DataSettings as DataSettings
from .earlier_plan import EarlierPlan as EarlierPlan
from .earlier_plan import read_earlier as read_earlier
from .edit_value import value_of_edits as value_of_edits
from .edits import Edit as Edit
from .export import ExportRefused as ExportRefused
from .export import csv_bytes as csv_bytes
from .export import export_plan as export_plan
from .exported import read_exported as read_exported
from .intake import Intake as Intake
from .intake import load_history as load_history
from .intake import take_in as take_in
from .judge import verify as verify
from .plan import HistoryRefused as HistoryRefused
from .plan import Plan as Plan
from .plan import explain as explain
from .plan import make_plan as make_plan
from .plan import replan as replan
from .provenance import Provenance as Provenance
from .roster import Roster as Roster
from .roster_file import RosterReading as RosterReading
from .roster_file import read_roster as read_roster
from .roster_template import roster_template as roster_template
from .sample import sample_history_path as sample_history_path
from .sample import sample_scenario_path as sample_scenario_path
from .scenario import Scenario as Scenario
from .scenario_file import parse_scenario as parse_scenario
from .scenario_file import read_scenario as read_scenario
from .scenario_file import scenario_toml as scenario_toml
from .scenario_file import write_scenario as write_scenario
from .skill_groups import read_groups as read_groups
from .skill_model import skill_model as skill_model
from .skill_study import staff_by_skill as staff_by_skill
from .skill_study import worth_teaching as worth_teaching
from .store import HistoryStore as HistoryStore
from .store_rows import StoredSource as StoredSource
from .store_schema import StoreRefused as StoreRefused
from .summary import centre_totals as centre_totals
from .summary import day_totals as day_totals
from .summary import queue_totals as queue_totals
from .targets import QueueSettings as QueueSettings
from .targets import Target as Target
from .text import Text as Text
from .text import catalogue as catalogue
from .today import TodayUpdate as TodayUpdate
from .today import update_today as update_today
from .verification import Verification as Verification
from .workbook import workbook_bytes as workbook_bytes

__all__ = [
    "DataSettings",
    "EarlierPlan",
    "Edit",
    "ExportRefused",
    "HistoryRefused",
    "HistoryStore",
    "Intake",
    "Plan",
    "Provenance",
    "QueueSettings",
    "Roster",
    "RosterReading",
    "Scenario",
    "ScenarioError",
    "ScenarioProblem",
    "StoreRefused",
    "StoredSource",
    "Target",
    "Text",
    "TodayUpdate",
    "Verification",
    "catalogue",
    "centre_totals",
    "compare",
    "csv_bytes",
    "day_totals",
    "explain",
    "export_plan",
    "load_history",
    "make_plan",
    "parse_scenario",
    "queue_totals",
    "read_earlier",
    "read_exported",
    "read_groups",
    "read_roster",
    "read_scenario",
    "replan",
    "roster_template",
    "sample_history_path",
    "sample_scenario_path",
    "scenario_toml",
    "skill_model",
    "staff_by_skill",
    "take_in",
    "update_today",
    "value_of_edits",
    "verify",
    "workbook_bytes",
    "worth_teaching",
    "write_scenario",
]
