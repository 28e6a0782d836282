import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.features.severity import SEVERITIES
from beholder.models.attribution import curves, missing_lines, spatial_parts
from beholder.models.faults import SHARES, kept_share, lost_shares

amounts = st.floats(0, 100, width=32)
damage = st.dictionaries(st.sampled_from(sorted(SEVERITIES)), amounts, max_size=12)


def arrays(severity):
    return {kind: np.array([value], np.float32) for kind, value in severity.items()}


def test_every_priced_fault_is_a_measured_severity():
    assert set(SHARES) <= set(SEVERITIES)
    assert set(curves()) <= {*SEVERITIES, "ceiling", "resolution"}


@pytest.mark.parametrize("kind", sorted(SHARES))
def test_more_damage_never_takes_less(kind):
    severity, share = SHARES[kind]
    assert list(severity) == sorted(severity)
    assert list(share) == sorted(share)
    assert share[0] == 0.0
    assert share[-1] < 1.0


@pytest.mark.parametrize("kind", sorted(curves()))
def test_price_curves_never_fall(kind):
    severity, lost = curves()[kind]
    assert (np.diff(severity) > 0).all()
    assert (np.diff(lost) >= 0).all()


def test_missing_severities_take_nothing():
    shares = lost_shares({"blur": np.array([np.nan], np.float32)})
    assert shares["blur"].tolist() == [0.0]


@given(damage, st.floats(1, 5, width=32), st.floats(0, 3, width=32))
def test_parts_sum_to_what_is_lost(severity, eye, octaves):
    severity = arrays(severity)
    shares = lost_shares(severity)
    seen = np.array([eye], np.float32)
    clarity = 1 + (seen - 1) * (kept_share(shares) if shares else 1)
    parts = spatial_parts(seen, clarity, severity | {"resolution": np.array([octaves], np.float32)}, shares)
    assert sum(float(part[0]) for part in parts.values()) == pytest.approx(5 - float(clarity[0]), abs=1e-4)
    assert all(float(part[0]) >= -1e-5 for part in parts.values())


def test_the_fault_that_took_most_has_the_largest_part():
    severity = arrays({"noise": 20.0, "blur": 0.9})
    shares = lost_shares(severity)
    eye = np.array([4.2], np.float32)
    parts = spatial_parts(eye, 1 + (eye - 1) * kept_share(shares), severity, shares)
    assert max(parts, key=lambda name: float(parts[name][0])) == "noise"


def test_missing_lines_are_octaves():
    assert missing_lines(270, 1080) == 2.0
    assert missing_lines(1080, 720) == 0.0


def test_a_severity_that_could_not_be_measured_costs_nothing():
    severity = arrays({"noise": float("nan"), "blur": 3.0})
    shares = lost_shares(severity)
    eye = np.array([4.0], np.float32)
    parts = spatial_parts(eye, 1 + (eye - 1) * kept_share(shares), severity, shares)
    assert all(np.isfinite(part).all() for part in parts.values())
    assert "noise" not in parts
