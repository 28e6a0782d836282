"""Models against MOS: accuracy (ITU-T P.1401), what they tell of pairs (Krasula), resolving power, recalibration."""

from beholder.ratings.evaluate.aggregate import Group, Overall, overall, per_group
from beholder.ratings.evaluate.calibration import (
    Calibration,
    Recalibration,
    load_calibration,
    recalibrate,
    recalibrated,
)
from beholder.ratings.evaluate.correlation import kendall, pearson, spearman, steiger, williams
from beholder.ratings.evaluate.discrimination import (
    Discrimination,
    Krasula,
    Pairs,
    krasula,
    krasula_of_differences,
    krasula_rounds,
    pairs_told,
)
from beholder.ratings.evaluate.envelope import evaluation_to_dict, evaluation_to_json
from beholder.ratings.evaluate.estimate import Estimate
from beholder.ratings.evaluate.evaluation import Evaluation, evaluate_models
from beholder.ratings.evaluate.figures import Accuracy, accuracy
from beholder.ratings.evaluate.mapping import Mapping, fit_mapping
from beholder.ratings.evaluate.ranks import ci_ranks
from beholder.ratings.evaluate.resolving import Decisions, ResolvingPower, decisions, resolving_power
from beholder.ratings.evaluate.roc import Areas, areas
from beholder.ratings.evaluate.significance import Comparison, adjust, compare
from beholder.ratings.evaluate.tables import read_predictions, read_truth
from beholder.ratings.evaluate.truth import Joined, Predictions, Truth, join

__all__ = [
    "Accuracy",
    "Areas",
    "Calibration",
    "Comparison",
    "Decisions",
    "Discrimination",
    "Estimate",
    "Evaluation",
    "Group",
    "Joined",
    "Krasula",
    "Mapping",
    "Overall",
    "Pairs",
    "Predictions",
    "Recalibration",
    "ResolvingPower",
    "Truth",
    "accuracy",
    "adjust",
    "areas",
    "ci_ranks",
    "compare",
    "decisions",
    "evaluate_models",
    "evaluation_to_dict",
    "evaluation_to_json",
    "fit_mapping",
    "join",
    "kendall",
    "krasula",
    "krasula_of_differences",
    "krasula_rounds",
    "load_calibration",
    "overall",
    "pairs_told",
    "pearson",
    "per_group",
    "read_predictions",
    "read_truth",
    "recalibrate",
    "recalibrated",
    "resolving_power",
    "spearman",
    "steiger",
    "williams",
]
