"""Names that the outside world gives: time zones, countries and their regions, currencies."""

from __future__ import annotations

from functools import lru_cache


@lru_cache
def zones() -> frozenset[str]:
    """Return the IANA time zones."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


@lru_cache
def countries() -> frozenset[str]:
    """Return the countries whose public holidays are known, as ISO 3166 codes."""
    return frozenset(_regions())


def regions(country: str) -> frozenset[str]:
    """Return the regions with public holidays of their own, as the `holidays` library codes them.

    Raises
    ------
    KeyError
        If the country is not one of `countries()`.
    """
    return _regions()[country]


@lru_cache
def currencies() -> frozenset[str]:
    """Return the currencies, as ISO 4217 codes."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@lru_cache
def _regions() -> dict[str, frozenset[str]]:
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    return {country: frozenset(regions) for country, regions in known.items()}
