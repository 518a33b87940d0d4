"""A plan being verified beside the app."""

from __future__ import annotations

from planner.judge import Stopped, verify
from planner.plan import Plan
from planner.roster import Roster
from planner.verification import Verification
from planner.views.background_job import BackgroundJob


class VerifyJob(BackgroundJob[Verification]):
    """One plan, perhaps with a roster, in the judge's hands; stopped, it keeps what is known.

    Attributes
    ----------
    share : float
        How much is done, 0 to 1.
    so_far : Verification, optional
        What is known of it.
    """

    def __init__(self, plan: Plan, roster: Roster | None = None, *, replications: int) -> None:
        self.share = 0.0
        self.so_far: Verification | None = None
        self._plan, self._roster, self._replications = plan, roster, replications
        super().__init__()

    def _make(self) -> Verification:
        return verify(
            self._plan,
            roster=self._roster,
            replications=self._replications,
            seed=self._plan.scenario.seed,
            progress=self._progress,
        )

    def _progress(self, share: float, so_far: Verification | None) -> None:
        self.share, self.so_far = share, so_far
        if self.cancelled:
            raise Stopped
