"""Staffing by skill beside the app."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

from planner.skill_model import SkillModel
from planner.skill_study import SkillStudy, staff_by_skill, worth_teaching
from planner.views.background_job import BackgroundJob
from staffing import SkillGroup

Result = TypeVar("Result")


class SearchJob(BackgroundJob[Result]):
    """A search that tries staffing after staffing.

    Attributes
    ----------
    tried : int
        Staffings simulated so far.
    """

    def __init__(self) -> None:
        self.tried = 0
        super().__init__()

    def _progress(self, tried: int) -> None:
        self.tried = tried
        self.check()


class StaffJob(SearchJob[SkillStudy]):
    """The agents of each group in the making."""

    def __init__(
        self, model: SkillModel, groups: tuple[SkillGroup, ...], *, replications: int, seed: int
    ) -> None:
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


class TeachJob(SearchJob[pd.DataFrame]):
    """What every lesson saves, in the making."""

    def __init__(self, study: SkillStudy) -> None:
        self._study = study
        super().__init__()

    def _make(self) -> pd.DataFrame:
        study = self._study
        return worth_teaching(
            study.model, study.groups, seed=study.staffing.seed, progress=self._progress
        )
