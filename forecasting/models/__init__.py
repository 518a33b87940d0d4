"""One forecast model a file, behind one small protocol (`protocol.VolumeModel`)."""

from forecasting.models.prophet_days import ProphetDays
from forecasting.models.protocol import VolumeModel
from forecasting.models.seasonal_naive import SeasonalNaive
from forecasting.models.structural import Structural
from forecasting.models.weekday_profile import WeekdayProfile

# From the simplest to the most elaborate: a tie goes to the simpler one.
MODELS: dict[str, type[VolumeModel]] = {
    model.name: model for model in (SeasonalNaive, WeekdayProfile, Structural, ProphetDays)
}

__all__ = ["MODELS", "ProphetDays", "SeasonalNaive", "Structural", "VolumeModel", "WeekdayProfile"]
