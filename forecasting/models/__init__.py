"""One forecast model a file, behind one small protocol (`protocol.VolumeModel`)."""

from forecasting.models.harmonic import Harmonic
from forecasting.models.low_rank import LowRank
from forecasting.models.prophet_days import ProphetDays
from forecasting.models.protocol import VolumeModel
from forecasting.models.regression import Regression
from forecasting.models.seasonal_naive import SeasonalNaive
from forecasting.models.structural import Structural
from forecasting.models.typical_week import TypicalWeek
from forecasting.models.weekday_profile import WeekdayProfile

# From the simplest to the most elaborate: a tie goes to the simpler one.
MODELS: dict[str, type[VolumeModel]] = {
    model.name: model
    for model in (
        SeasonalNaive,
        WeekdayProfile,
        TypicalWeek,
        Regression,
        Harmonic,
        LowRank,
        Structural,
        ProphetDays,
    )
}
# Quick, unlike one another, and each the best somewhere. The others cost tens of times more than
# what they add to the combination.
DEFAULT_MODELS = (
    SeasonalNaive.name,
    WeekdayProfile.name,
    TypicalWeek.name,
    Regression.name,
    Harmonic.name,
    LowRank.name,
)

__all__ = [
    "DEFAULT_MODELS",
    "MODELS",
    "Harmonic",
    "LowRank",
    "ProphetDays",
    "Regression",
    "SeasonalNaive",
    "Structural",
    "TypicalWeek",
    "VolumeModel",
    "WeekdayProfile",
]
