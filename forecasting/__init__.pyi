from .accuracy import accuracy_table as accuracy_table
from .accuracy import bias as bias
from .accuracy import coverage as coverage
from .accuracy import forecast_value_added as forecast_value_added
from .accuracy import mase as mase
from .accuracy import pinball_loss as pinball_loss
from .accuracy import poisson_floor as poisson_floor
from .accuracy import rmse as rmse
from .accuracy import wape as wape
from .accuracy import weighted_quantile_loss as weighted_quantile_loss
from .demand import DemandForecast as DemandForecast
from .demand import Horizon as Horizon
from .demand import forecast_demand as forecast_demand
from .demand import forecast_queues as forecast_queues
from .distribution import QUANTILE_LEVELS as QUANTILE_LEVELS
from .distribution import contact_quantiles as contact_quantiles
from .distribution import quantile_column as quantile_column
from .doctor.examination import Examination as Examination
from .doctor.examination import examine as examine
from .doctor.need import Need as Need
from .doctor.need import unconstrained as unconstrained
from .doctor.repairs import Repaired as Repaired
from .doctor.repairs import repair as repair
from .handling_time import aht_quantiles as aht_quantiles
from .handling_time import forecast_aht as forecast_aht
from .intraday import DayUpdate as DayUpdate
from .intraday import update_day as update_day
from .models import DEFAULT_MODELS as DEFAULT_MODELS
from .models import MODELS as MODELS
from .opening import is_open as is_open
from .opening import learn_opening as learn_opening
from .opening import open_intervals as open_intervals
from .paths import sample_paths as sample_paths
from .problems import has_errors as has_errors
from .queue_forecast import QueueForecast as QueueForecast
from .reading.history import HistoryReading as HistoryReading
from .reading.history import read_history as read_history
from .special_days import Event as Event
from .special_days import special_days as special_days
from .totals import period_totals as period_totals
from .workers import Failure as Failure
from .workers import Workers as Workers

__all__ = [
    "DEFAULT_MODELS",
    "MODELS",
    "QUANTILE_LEVELS",
    "DayUpdate",
    "DemandForecast",
    "Event",
    "Examination",
    "Failure",
    "HistoryReading",
    "Horizon",
    "Need",
    "QueueForecast",
    "Repaired",
    "Workers",
    "accuracy_table",
    "aht_quantiles",
    "bias",
    "contact_quantiles",
    "coverage",
    "examine",
    "forecast_aht",
    "forecast_demand",
    "forecast_queues",
    "forecast_value_added",
    "has_errors",
    "is_open",
    "learn_opening",
    "mase",
    "open_intervals",
    "period_totals",
    "pinball_loss",
    "poisson_floor",
    "quantile_column",
    "read_history",
    "repair",
    "rmse",
    "sample_paths",
    "special_days",
    "unconstrained",
    "update_day",
    "wape",
    "weighted_quantile_loss",
]
