"""Composes forecasting and staffing into one plan and shows it to people."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
