from .accuracy import bias as bias
from .accuracy import coverage as coverage
from .accuracy import pinball_loss as pinball_loss
from .accuracy import wape as wape
from .demand import DemandForecast as DemandForecast
from .demand import Horizon as Horizon
from .demand import forecast_demand as forecast_demand
from .distribution import QUANTILE_LEVELS as QUANTILE_LEVELS
from .distribution import contact_quantiles as contact_quantiles
from .distribution import quantile_column as quantile_column
from .handling_time import forecast_aht as forecast_aht
from .history import HistoryReading as HistoryReading
from .history import read_history as read_history
from .history_check import check_history as check_history
from .opening import is_open as is_open
from .opening import learn_opening as learn_opening
from .opening import open_intervals as open_intervals
from .problems import has_errors as has_errors
from .special_days import Event as Event
from .special_days import special_days as special_days

__all__ = [
    "QUANTILE_LEVELS",
    "DemandForecast",
    "Event",
    "HistoryReading",
    "Horizon",
    "bias",
    "check_history",
    "contact_quantiles",
    "coverage",
    "forecast_aht",
    "forecast_demand",
    "has_errors",
    "is_open",
    "learn_opening",
    "open_intervals",
    "pinball_loss",
    "quantile_column",
    "read_history",
    "special_days",
    "wape",
]
