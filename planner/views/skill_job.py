"""Staffing by skill beside the app."""

from __future__ import annotations

import pandas as pd

from planner.skill_model import SkillModel
from planner.skill_study import SkillStudy, staff_by_skill, worth_teaching
from planner.views.background_job import BackgroundJob
from staffing import SkillGroup


class StaffJob(BackgroundJob[SkillStudy]):
    """The agents of each group in the making.

    Attributes
    ----------
    tried : int
        Staffings simulated so far.
    """

    def __init__(
        self, model: SkillModel, groups: tuple[SkillGroup, ...], *, replications: int, seed: int
    ) -> None:
        self.tried = 0
        self._model, self._groups = model, groups
        self._replications, self._seed = replications, seed
        super().__init__()

    def _make(self) -> SkillStudy:
        return staff_by_skill(
            self._model,
            self._groups,
            replications=self._replications,
            seed=self._seed,
            progress=self._progress,
        )

    def _progress(self, tried: int) -> None:
        self.tried = tried
        self.check()


class TeachJob(BackgroundJob[pd.DataFrame]):
    """What every lesson saves, in the making.

    Attributes
    ----------
    tried : int
        Staffings simulated so far.
    """

    def __init__(self, study: SkillStudy) -> None:
        self.tried = 0
        self._study = study
        super().__init__()

    def _make(self) -> pd.DataFrame:
        study = self._study
        return worth_teaching(
            study.model, study.groups, seed=study.staffing.seed, progress=self._progress
        )

    def _progress(self, tried: int) -> None:
        self.tried = tried
        self.check()
