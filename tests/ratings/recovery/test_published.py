"""Published results on real votes: SUREAL 0.9 in full precision, and the sheets of values of the methods."""

import numpy as np
import pytest
from published_votes import bt500_demo, p910_demo, panel

from beholder.ratings import recover
from beholder.ratings.mos import confidence, opinions, sos_parameter

EXACT = 1e-6  # relative
SIX_DIGITS = 5.1e-7  # half of the last digit of a printed table

# panel, method: mean and variance of the scores, mean half width, log-likelihood, AIC, BIC per vote, who is rejected
SUREAL = [
    ("NFLX", "mos", 3.54479065238559, 1.4012220200639218, 0.25453289633998455, None, []),
    ("NFLX", "br_mos", 3.54479065238559, 1.4012220200639216, 0.2329768697981317, 2.4164471105654863, []),
    ("NFLX", "bt500", 3.535189873417721, 1.4215819259734015, 0.25764842456951537, None, [2]),
    ("NFLX", "p913", 3.5447906523855885, 1.4713438591240793, 0.2493140695698098, 2.3674391008445204, [3, 4, 9, 12]),
    ("NFLX", "p910", 3.5447906523855885, 1.4355485664344712, 0.22845261640700754, 2.279948352752531, []),
    ("NFLX4outliers", "mos", 3.5535864978902962, 1.0883380512382275, 0.30770998484488254, 2.976788125700576, []),
    ("NFLX4outliers", "br_mos", 3.5535864978902953, 1.088338051238227, 0.29136711038057717, 2.971962752328749, []),
    (
        "NFLX4outliers",
        "bt500",
        3.546179090482888,
        1.326334613201034,
        0.26991053464805803,
        2.5713634618349,
        [26, 28, 29],
    ),
    (
        "NFLX4outliers",
        "p913",
        3.5535864978902953,
        1.317898432178551,
        0.25226440681317436,
        2.5503195436132,
        [26, 27, 28],
    ),
    ("NFLX4outliers", "p910", 3.553586497890295, 1.3834038647814315, 0.28646983537156195, 2.521338546557046, []),
    ("VQEGHD3", "mos", 3.2447916666666665, 1.0812084056712965, 0.2925384889220217, 2.7549927749137524, []),
    ("VQEGHD3", "br_mos", 3.2447916666666665, 1.0812084056712965, 0.2399891233662734, 2.449711494489625, []),
    ("VQEGHD3", "bt500", 3.231884057971014, 1.107067842890149, 0.2976777469935048, 2.741962892235386, [12]),
    ("VQEGHD3", "p913", 3.244791666666667, 1.1202300785634125, 0.24447166592333203, 2.395583280973743, [12, 22]),
    ("VQEGHD3", "p910", 3.2447916666666665, 1.0776756322155836, 0.23493615486309827, 2.3013267703320093, []),
]


@pytest.mark.parametrize("published", SUREAL, ids=lambda published: f"{published[0]}-{published[1]}")
def test_numbers_of_sureal(data_dir, published):
    name, method, mean, variance, half, bic, out = published
    found = recover(panel(data_dir, name), method=method, compat="sureal")
    assert found.mos.mean() == pytest.approx(mean, rel=EXACT)
    assert found.mos.var() == pytest.approx(variance, rel=EXACT)
    assert (np.diff(found.ci95) / 2).mean() == pytest.approx(half, rel=EXACT)
    assert np.flatnonzero(found.rejected).tolist() == out
    assert [bool(reasons) for reasons in found.reasons] == found.rejected.tolist()
    if bic is not None:  # SUREAL counts the votes of a unanimous stimulus (one in NFLX), but not their likelihood
        assert found.fit.bic == pytest.approx(bic, rel=EXACT)


@pytest.mark.parametrize(("name", "half"), [("NFLX", 0.267465), ("NFLX4outliers", 0.321097), ("VQEGHD3", 0.308762)])
def test_student_intervals_of_the_mos(data_dir, name, half):
    votes = panel(data_dir, name)
    assert (np.diff(confidence(votes)) / 2).mean() == pytest.approx(half, rel=EXACT, abs=SIX_DIGITS)
    assert recover(votes, method="mos").ci95 == pytest.approx(confidence(votes))


@pytest.mark.parametrize(
    ("name", "psi", "sos", "bias", "inconsistency", "fit"),
    [
        (
            "NFLX",
            [1.329080, 2.058971, 2.421236],
            [0.083800, 0.121076, 0.151285],
            [-0.190360, -0.203019, 0.240019],
            [0.582393, 0.568569, 0.767179],
            [-0.8967394, 1.9210349, 2.2799484, 14],
        ),
        (
            "NFLX4outliers",
            [1.372095, 2.066045, 2.460069],
            [0.161364, 0.128654, 0.184515],
            [-0.199156, -0.211814, 0.231224],
            [0.5873075, 0.576737, 0.759406],
            [-1.0327960, 2.1828914, 2.5213385, 15],
        ),
        (
            "VQEGHD3",
            [1.768878, 2.218390, 1.806316],
            [0.087132, 0.092338, 0.084889],
            [-0.133681, -0.036458, -0.133681],
            [0.729152, 0.560652, 0.527769],
            [-0.8918189, 1.9225268, 2.3013267, 12],
        ),
    ],
)
def test_details_of_p910(data_dir, *, name, psi, sos, bias, inconsistency, fit):
    found = recover(panel(data_dir, name), compat="sureal")
    for values, wanted in (
        (found.mos, psi),
        (found.standard_error, sos),
        (found.bias, bias),
        (found.inconsistency, inconsistency),
    ):
        assert values[:3] == pytest.approx(wanted, rel=EXACT, abs=SIX_DIGITS)
    measured = [found.fit.loglikelihood, found.fit.aic, found.fit.bic, found.fit.iterations]
    assert measured == pytest.approx(fit, rel=EXACT)


@pytest.mark.parametrize(
    ("name", "lower", "upper", "bias_error"),
    [
        ("NFLX", 0.078359, 0.107436, 0.065524),
        ("NFLX4outliers", 0.079021, 0.108342, 0.066077),
        ("VQEGHD3", 0.102091, 0.142110, 0.085931),
    ],
)
def test_intervals_of_the_first_rater(data_dir, name, lower, upper, bias_error):
    found = recover(panel(data_dir, name))
    ends = found.inconsistency_ci95[0] - found.inconsistency[0]
    assert ends == pytest.approx([-lower, upper], rel=EXACT, abs=SIX_DIGITS)
    half = 1.95996 * bias_error
    assert found.bias_ci95[0] - found.bias[0] == pytest.approx([-half, half], rel=1e-5)


def test_extremes_of_the_raters(data_dir):
    film, sport = recover(panel(data_dir, "NFLX")), recover(panel(data_dir, "VQEGHD3"))
    assert (film.inconsistency.argmin(), film.inconsistency.argmax(), film.bias.argmax()) == (16, 6, 9)
    assert (sport.inconsistency.argmin(), sport.inconsistency.argmax(), sport.bias.argmax()) == (11, 22, 19)
    extremes = [film.inconsistency[16], film.inconsistency[6], film.bias[9]]
    assert extremes == pytest.approx([0.446434, 0.876792, 0.809640], rel=EXACT, abs=SIX_DIGITS)
    extremes = [sport.inconsistency[11], sport.inconsistency[22], sport.bias[19]]
    assert extremes == pytest.approx([0.445638, 0.776598, 1.116319], rel=EXACT, abs=SIX_DIGITS)
    planted = recover(panel(data_dir, "NFLX4outliers")).inconsistency
    assert planted[26:] == pytest.approx([1.8327, 1.4719, 1.6429, 1.6181], abs=5.1e-5)
    assert pytest.approx(planted[:26].min(), abs=5.1e-5) == 0.4505
    assert pytest.approx(planted[:26].max(), abs=5.1e-5) == 0.8750


@pytest.mark.parametrize(("demo", "rounds"), [(p910_demo, 16), (bt500_demo, 24)])
def test_the_demos_to_nine_digits(data_dir, demo, rounds):
    votes, wanted = demo(data_dir)
    found = recover(votes, compat="sureal")
    np.testing.assert_allclose(found.mos, wanted["mos_j"], rtol=1e-9)
    np.testing.assert_allclose(found.standard_error, wanted["sos_j"], rtol=1e-9)
    np.testing.assert_allclose(found.bias, wanted["bias_i"], rtol=1e-9)
    np.testing.assert_allclose(found.inconsistency, wanted["inconsistency_i"], rtol=1e-9)
    assert found.fit.iterations == rounds
    assert not found.notes


def test_the_likelihood_of_the_p910_demo(data_dir):
    assert recover(p910_demo(data_dir)[0]).fit.loglikelihood == pytest.approx(-1.08430502, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "mean", "variance", "half"),
    [
        ("NFLX", 3.543276, 1.433748, 0.208588),
        ("NFLX4outliers", 3.541121, 1.342867, 0.220240),
        ("VQEGHD3", 3.245676, 1.079990, 0.224245),
    ],
)
def test_zrec(data_dir, name, mean, variance, half):
    found = recover(panel(data_dir, name), method="zrec")
    figures = [found.mos.mean(), found.mos.var(), (np.diff(found.ci95) / 2).mean()]
    assert figures == pytest.approx([mean, variance, half], rel=EXACT, abs=SIX_DIGITS)


@pytest.mark.parametrize(
    ("name", "sample", "population"),
    [("NFLX", 0.19800, 0.19038), ("NFLX4outliers", 0.26997, 0.26097), ("VQEGHD3", 0.19427, 0.18617)],
)
def test_the_sos_parameter(data_dir, name, sample, population):
    found = opinions(panel(data_dir, name))
    assert sos_parameter(found.mos, found.sos) == pytest.approx(sample, abs=5.1e-6)
    over_n = found.sos * np.sqrt((found.n - 1) / found.n)
    assert sos_parameter(found.mos, over_n) == pytest.approx(population, abs=5.1e-6)


@pytest.mark.parametrize(("name", "out"), [("NFLX", []), ("NFLX4outliers", [26, 29]), ("VQEGHD3", [12])])
def test_bt500_by_the_text(data_dir, name, out):
    found = recover(panel(data_dir, name), method="bt500")
    assert np.flatnonzero(found.rejected).tolist() == out


def test_p913_by_the_text(data_dir):
    found = recover(panel(data_dir, "VQEGHD3"), method="p913")
    assert np.flatnonzero(found.rejected).tolist() == [9, 12, 22]


@pytest.mark.parametrize(
    ("method", "mean", "half", "bic", "out"),
    [
        ("bt500", 3.7462962962962965, 0.27715922457824155, 2.8388908041832073, [0]),
        ("p913", 3.7272658282123943, 0.28315103266884617, 3.1703519384540106, []),
    ],
)
def test_repetitions_as_in_sureal(data_dir, *, method, mean, half, bic, out):
    found = recover(bt500_demo(data_dir)[0], method=method, compat="sureal")
    assert np.flatnonzero(found.rejected).tolist() == out
    figures = [found.mos.mean(), (np.diff(found.ci95) / 2).mean(), found.fit.bic]
    assert figures == pytest.approx([mean, half, bic], rel=EXACT)
