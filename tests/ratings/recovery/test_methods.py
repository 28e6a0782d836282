import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_votes import panels, simulated

from beholder.errors import UsageError
from beholder.ratings import METHODS, Ratings, Scale, recover


@settings(max_examples=80, deadline=None)
@given(panels(), st.sampled_from(sorted(METHODS)), st.sampled_from([None, "sureal"]))
def test_every_method_takes_every_panel(votes, method, compat):
    found = recover(votes, method=method, compat=compat)
    assert found.method == method
    assert found.interval in METHODS[method][1]
    assert found.mos.shape == found.n.shape == (len(votes.stimuli),)
    assert found.ci95.shape == (len(votes.stimuli), 2)
    assert len(found.reasons) == len(votes.raters)
    assert np.isfinite(found.mos[found.n > 0]).all()
    assert (found.votes == votes.votes_per_rater).all()
    for rejected, reasons in zip(found.rejected, found.reasons, strict=True):
        assert bool(rejected) == bool(reasons)
    if method not in {"zscore", "p910", "p910_restricted", "ls", "p913", "br_mos", "zrec"}:
        assert votes.scale.holds(found.mos[found.n > 0]).all()


@pytest.mark.parametrize(("method", "intervals"), [(name, intervals) for name, (_, intervals) in METHODS.items()])
def test_every_interval_of_every_method(method, intervals):
    votes, _ = simulated(0, 12, 15)
    for interval in intervals:
        found = recover(votes, method=method, interval=interval)
        assert found.interval == interval
        assert (found.ci95[:, 0] < found.mos).all()
        assert (found.mos < found.ci95[:, 1]).all()


@pytest.mark.parametrize("method", METHODS)
def test_all_votes_equal(method):
    found = recover(Ratings.from_matrix(np.full((6, 10), 3)), method=method)
    assert found.mos == pytest.approx(np.full(6, 0 if method == "zscore" else 3))
    assert not found.rejected.any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("matrix", [[[3]], [[3], [4], [5]], [[3, 4, 5, 1]]])
def test_one_rater_one_stimulus(method, matrix):
    found = recover(Ratings.from_matrix(matrix), method=method)
    if method != "zscore":
        assert found.mos == pytest.approx(np.mean(matrix, axis=1))


@pytest.mark.parametrize("method", METHODS)
def test_raters_and_stimuli_without_votes_keep_their_place(method):
    votes, _ = simulated(2, 20, 12)
    block = votes.matrix()
    block[4], block[:, 7] = np.nan, np.nan
    whole, part = recover(Ratings.from_matrix(block), method=method), np.delete(np.delete(block, 4, 0), 7, 1)
    wanted = recover(Ratings.from_matrix(part), method=method)
    assert np.isnan(whole.mos[4])
    assert np.isnan(whole.ci95[4]).all()
    assert (whole.n[4], whole.votes[7], whole.reasons[7]) == (0, 0, ())
    assert np.isnan(whole.bias[7])
    np.testing.assert_allclose(np.delete(whole.mos, 4), wanted.mos, atol=1e-7)
    np.testing.assert_allclose(np.delete(whole.ci95, 4, 0), wanted.ci95, atol=1e-6)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("MOS", "mos"),
        ("P910", "p910"),
        ("P.913", "p913"),
        ("BT500", "bt500"),
        ("BT.500", "bt500"),
        ("MLE_CO_AP2", "p910"),
        ("BR_MOS", "br_mos"),
        ("BR_SR_MOS", "p913"),
        ("ZS_SR_MOS", "zscore"),
        ("LS", "ls"),
        ("p910-restricted", "p910_restricted"),
    ],
)
def test_names_in_use(alias, name):
    assert recover(Ratings.from_matrix([[1, 2, 2], [4, 4, 5]]), method=alias).method == name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "best"}, "no method 'best'; choose one of p910"),
        ({"method": "DMOS"}, "compares stimuli with their references; use"),
        ({"method": "BT_MLE"}, "pair comparisons"),
        ({"method": "THURSTONE_MLE"}, "pair comparisons"),
        ({"method": "p910", "interval": "t"}, "p910 has no interval 't'; choose one of weighted, standard"),
        ({"compat": "vmaf"}, "'vmaf' is not known"),
    ],
)
def test_what_is_not_known(options, message):
    with pytest.raises(UsageError, match=message):
        recover(Ratings.from_matrix([[1, 2]]), **options)


def test_votes_of_nobody_can_only_be_averaged():
    votes = replace(Ratings.from_matrix([[1, 2], [4, 5]]), anonymous=True)
    assert recover(votes, method="mos").mos.tolist() == [1.5, 4.5]
    with pytest.raises(UsageError, match="use the method mos"):
        recover(votes)


def test_multinomial_needs_levels():
    votes = Ratings.from_matrix([[10.0, 42.5]], scale=Scale(0, 100, None))
    with pytest.raises(UsageError, match="needs a scale with levels"):
        recover(votes, method="mos", interval="multinomial")


def test_zrec_tells_its_units():
    votes, _ = simulated(4, 30, 12)
    assert "standard deviations" in recover(votes, method="zrec").notes[0]


@pytest.mark.parametrize("method", METHODS)
def test_parts_of_a_test_that_share_no_rater_are_told(method):
    votes, _ = simulated(5, 20, 30)
    block = votes.matrix()
    block[:10, :15], block[10:, 15:] = np.nan, np.nan
    found = recover(Ratings.from_matrix(block), method=method)
    told = any("falls into 2 parts" in note for note in found.notes)
    assert told == (method not in {"mos", "bt500", "correlation", "zscore"})
    assert not any("parts" in note for note in recover(votes, method=method).notes)


def test_importing_is_light():
    light = "import sys, beholder.ratings; assert 'scipy' not in sys.modules"
    names = "recover, rater_cards, gsd, differential_mos"
    ready = f"import sys; from beholder.ratings import {names}; assert 'scipy.stats' not in sys.modules"
    for code in (light, ready):
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
