"""How many agents a load needs so that stated targets are met, and which target binds.

The answer is minimal by definition: it meets every target and one agent fewer does not. The search
starts from square-root staffing. In Erlang C it takes single steps by the exact recursion
1/B(n+1) = 1 + (n+1)/a * 1/B(n); in Erlang A, whose answers often lie below the load, it closes in
on the answer by false position in the logarithm of the target missed worst.

A target that is missed by less than a billionth counts as met: exact ties, such as 4.2 Erlang at
70 % occupancy on 6 agents, are decided as exact arithmetic decides them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.kernels import formulas, kernels
from staffing.queues.outcome import LOAD_BOUNDS
from staffing.queues.targets import broken, target_columns
from staffing.rounding import agents_down, agents_up

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from staffing.queues.targets import TargetColumns

    Numbers = NDArray[np.float64]


def agents_required(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    min_agents: ArrayLike = 0,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> NDArray[np.int64]:
    """Fewest agents with which an Erlang C or Erlang A queue meets every target given.

    All arguments broadcast. Without any target the answer is the first stable number of agents,
    floor(load) + 1, or one where customers abandon. No load needs nobody, but `min_agents` are on
    duty then too.

    Parameters
    ----------
    load_erlangs : array_like
        Offered load [Erlang].
    aht_s : array_like
        Mean handling time [s], above 0.
    service_level, within_s : array_like, optional
        At least this share served within so many seconds [s]; both or neither. A share of 1 is
        refused: no finite number of agents reaches it.
    max_asa_s : array_like, optional
        Longest mean wait of all contacts [s], above 0.
    max_abandonment : array_like, optional
        Largest share of contacts that abandon, in (0, 1); needs `patience_s`.
    max_occupancy : array_like, optional
        Largest share of their time agents may spend on contacts, in (0, 1].
    min_agents : array_like
        Agents on duty whatever the load.
    patience_s : array_like, optional
        Mean patience [s], above 0; without it nobody abandons.
    definition : str
        Who counts in the service level, see `staffing.service_level`.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> target = {"service_level": 0.8, "within_s": 20}
    >>> agents_required([0, 10, 20], 180, **target).tolist()
    [0, 14, 24]
    >>> int(agents_required(20_000, 600, **target, patience_s=120))
    17342
    """
    load = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    aht = checked("aht_s", aht_s, "(0, inf)")
    fewest = checked("min_agents", min_agents, whole=True)
    targets = target_columns(
        service_level, within_s, max_asa_s, max_abandonment, max_occupancy, patience_s, definition
    )
    busy = np.where(load > 0, load, 1.0)
    with np.errstate(all="ignore"):  # inf is a target not given; 1/B overflows to B = 0
        if targets.patience_s is None:
            needed = _fewest_patient(busy, aht, targets)
        else:
            needed = _fewest_impatient(busy, aht, targets.patience_s, targets)
    agents = np.maximum(np.where(load > 0, needed, 0.0), fewest)
    return scalar_if_0d(agents.astype(np.int64))


def _fewest_patient(load: Numbers, aht: Numbers, targets: TargetColumns) -> Numbers:
    # n = a has no steady state; a load whole but for its last digits is taken as whole.
    floor = agents_down(load) + 1.0
    if (targets.max_occupancy < 1.0).any():
        floor = np.maximum(floor, agents_up(load / targets.max_occupancy))
    until, wait = targets.within_s / aht, targets.max_asa_s / aht
    guess = formulas.guess_for_time(load, targets.late_share, until)
    if np.isfinite(wait).any():
        guess = np.maximum(guess, formulas.guess_for_wait(load, wait))
    return kernels().fewest_erlang_c(load, floor, guess, targets.late_share, until, wait)


def _fewest_impatient(
    load: Numbers, aht: Numbers, patience: Numbers, targets: TargetColumns
) -> Numbers:
    late, until = targets.late_share, targets.within_s / patience
    abandoned = np.minimum(targets.max_abandonment, targets.max_asa_s / patience)
    patient = formulas.guess_for_time(load, late, targets.within_s / aht)
    return kernels().fewest_erlang_a(
        load,
        np.array(1.0),
        formulas.guess_with_patience(patient, load, late, until, abandoned),
        patience / aht,
        late,
        until,
        float(targets.definition),
        abandoned,
        targets.max_occupancy,
    )


def lines_required(
    load_erlangs: ArrayLike, blocking: ArrayLike, *, max_occupancy: ArrayLike = 1.0
) -> NDArray[np.int64]:
    """Fewest lines (or agents without a queue) that lose at most a share `blocking` of the load.

    Parameters
    ----------
    load_erlangs : array_like
        Offered load [Erlang]; 0 needs no line.
    blocking : array_like
        Largest share lost (Erlang B), in (0, 1).
    max_occupancy : array_like
        Largest share of the time a line may be busy with the load carried, in (0, 1].

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> int(lines_required(33.333, blocking=0.01))
    45
    """
    load = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    lost = checked("blocking", blocking, "(0, 1)")
    cap = checked("max_occupancy", max_occupancy, "(0, 1]")
    busy = np.where(load > 0, load, 1.0)
    # n lines carry at most n Erlang, so fewer than the load to be carried cannot do.
    floor = np.maximum(agents_up(busy * (1.0 - lost)), 0.0)
    with np.errstate(all="ignore"):
        lines = kernels().fewest_erlang_b(busy, floor, lost, cap)
    return scalar_if_0d(np.where(load > 0, lines, 0.0).astype(np.int64))


def binding_constraint(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    min_agents: ArrayLike = 0,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
    concurrency: float = 1.0,
) -> NDArray[np.object_]:
    """Say why there are so many agents: the first constraint that one agent fewer would break.

    Parameters
    ----------
    agents : array_like
        Whole number of agents, e.g. from `agents_required`.
    load_erlangs, aht_s, service_level, within_s, max_asa_s, max_abandonment : array_like
        As in `agents_required`.
    max_occupancy, min_agents, patience_s, definition
        As in `agents_required`.
    concurrency : float
        Contacts an agent handles at once; the targets are held against the whole slots this gives.

    Returns
    -------
    array of str
        In this order of precedence: ``"stability"`` (the load would reach the agents left and the
        queue grow without end; where customers abandon, nobody would be left to answer),
        ``"service_level"``, ``"asa"``, ``"abandonment"``, ``"occupancy"``, ``"minimum"``;
        ``"no_load"`` where there is nobody because there is nothing to do, ``"none"`` where one
        agent fewer would still meet everything.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> str(binding_constraint(14, 10.0, 180, service_level=0.8, within_s=20))
    'service_level'
    """
    people = checked("agents", agents, whole=True)
    load = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    fewest = checked("min_agents", min_agents, whole=True)
    targets = target_columns(
        service_level, within_s, max_asa_s, max_abandonment, max_occupancy, patience_s, definition
    )
    slots = agents_down(np.maximum(people - 1, 0) * checked("concurrency", concurrency, "[1, inf)"))
    missed = broken(slots, load, aht_s, targets)
    staff, load, fewest, *_ = np.broadcast_arrays(people, load, fewest, *missed.values())
    enough = agents_down(load) if targets.patience_s is None else np.zeros(load.shape)
    reasons = {
        "no_load": (staff == 0) & (load == 0),
        "stability": (load > 0) & (slots <= enough),
        **{code: where & (load > 0) for code, where in missed.items()},
        "minimum": staff <= fewest,
    }
    names = [np.full(staff.shape, code, dtype=object) for code in reasons]
    codes = np.select(list(reasons.values()), names, np.full(staff.shape, "none", dtype=object))
    return scalar_if_0d(codes)
