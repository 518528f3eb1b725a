"""All algorithms, in the order of the toolbox. A new one is added here and nowhere else."""

from __future__ import annotations

from .base import PlannerAlgorithm


def algorithms() -> tuple[type[PlannerAlgorithm], ...]:
    """The classes of all algorithms."""
    from .activities import Activities
    from .applyfactors import ApplyFactors
    from .areasbyclass import AreasByClass
    from .batchplan import BatchPlan
    from .calibrate import Calibrate
    from .checkfreshness import CheckFreshness
    from .comparefactorsets import CompareFactorSets
    from .compareruns import CompareRuns
    from .decomposition import Decomposition
    from .detectclasses import DetectClasses
    from .evaluatefolder import EvaluateFolder
    from .evaluatezones import EvaluateZones
    from .exportfactorset import ExportFactorSet
    from .exportinvest import ExportInvest
    from .factorimpact import FactorImpact
    from .importfactorset import ImportFactorSet
    from .importinvestpools import ImportInvestPools
    from .importoefdb import ImportOefdb
    from .importopenlca import ImportOpenLca
    from .listfactorsets import ListFactorSets
    from .mergeplans import MergePlans
    from .publishfactorset import PublishFactorSet
    from .pullfactorset import PullFactorSet
    from .replayjob import ReplayJob
    from .reviewfactorset import ReviewFactorSet
    from .selftest import SelfTest
    from .setupteamstore import SetUpTeamStore
    from .uncertainty import Uncertainty
    from .valuation import Valuation
    from .writeresults import WriteResults

    return (
        EvaluateZones,
        WriteResults,
        CheckFreshness,
        MergePlans,
        AreasByClass,
        Activities,
        ApplyFactors,
        Uncertainty,
        Decomposition,
        Valuation,
        Calibrate,
        ListFactorSets,
        ImportFactorSet,
        ImportInvestPools,
        ImportOpenLca,
        ImportOefdb,
        ExportFactorSet,
        ExportInvest,
        PublishFactorSet,
        PullFactorSet,
        SetUpTeamStore,
        CompareFactorSets,
        FactorImpact,
        ReviewFactorSet,
        DetectClasses,
        ReplayJob,
        CompareRuns,
        SelfTest,
        EvaluateFolder,
        BatchPlan,
    )
