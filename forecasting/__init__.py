"""From a history of contacts to a demand forecast with honest quantiles."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
