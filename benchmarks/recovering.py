"""One recovery in a process of its own: ``python benchmarks/recovering.py LIBRARY METHOD VOTES OUT``.

`LIBRARY` is ``beholder`` or ``sureal``; the interpreter must have it. `VOTES` is a NumPy file, stimuli x raters with
NaN. The scores go to `OUT`; one line of JSON tells CPU seconds of the fastest of `TIMES` runs, and peak memory.
With ``make SHARE VOTES STIMULI RATERS`` it writes simulated votes instead.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

TIMES = {"beholder": 3, "sureal": 1}


def main() -> None:
    """Do what the command line says."""
    library, what, votes, out, *rest = sys.argv[1:]
    if library == "make":
        make(float(what), votes, int(out), int(rest[0]))
        return
    warnings.simplefilter("ignore")  # SUREAL 0.9 warns of zero variances
    run, scores = (with_beholder if library == "beholder" else with_sureal)(what, np.load(votes))
    taken = []
    for _ in range(TIMES[library]):
        began = time.process_time()
        found = run()
        taken.append(time.process_time() - began)
    np.save(out, scores(found))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": min(taken), "peak_mb": peak}))


def make(share: float, path: str, stimuli: int, raters: int) -> None:
    """Write votes on five levels by the model of P.910; a share of the cells is filled."""
    generator = np.random.default_rng(0)
    truth, bias = generator.uniform(1.3, 4.7, stimuli), generator.normal(0, 0.4, raters)
    spread = generator.uniform(0.4, 0.9, raters)
    votes = np.empty((stimuli, raters))
    for j in range(stimuli):
        votes[j] = np.clip(np.rint(truth[j] + bias + spread * generator.normal(size=raters)), 1, 5)
        if share < 1:
            votes[j, generator.random(raters) >= share] = np.nan
    np.save(path, votes)


def with_beholder(method: str, votes: np.ndarray) -> tuple[Callable[[], Any], Callable[[Any], np.ndarray]]:
    """Recover from `Ratings`, whose making counts for the memory; the scores to compare are those of `compat`."""
    from beholder.ratings import Ratings, recover  # noqa: PLC0415 - only one of the libraries is there

    ratings = Ratings.from_matrix(votes)
    return (lambda: recover(ratings, method=method)), (lambda _: recover(ratings, method=method, compat="sureal").mos)


def with_sureal(method: str, votes: np.ndarray) -> tuple[Callable[[], Any], Callable[[Any], np.ndarray]]:
    """Recover from an array in memory: no file is read."""
    import sureal  # noqa: PLC0415 - only one of the libraries is there
    from sureal.dataset_reader import RawDatasetReader  # noqa: PLC0415

    class InMemory(RawDatasetReader):
        opinion_score_3darray = votes[:, :, None]

        def __init__(self) -> None:
            pass

    model = {"p910": sureal.P910AnnexEModel, "bt500": sureal.BT500Model}[method](InMemory())

    def run() -> Any:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints every round
            return model.run_modeling()

    return run, (lambda found: np.array(found["quality_scores"]))


if __name__ == "__main__":
    main()
