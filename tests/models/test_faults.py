import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.features.severity import SEVERITIES
from beholder.models.attribution import curves, spatial_parts
from beholder.models.faults import SEEN, SHARES, kept_share, lost_shares

amounts = st.floats(0, 100, width=32)
damage = st.dictionaries(st.sampled_from(sorted(SEVERITIES)), amounts, max_size=12)


def arrays(severity):
    return {kind: np.array([value], np.float32) for kind, value in severity.items()}


def test_every_priced_fault_is_a_measured_severity():
    assert set(SHARES) <= set(SEVERITIES)
    assert set(curves()) <= set(SEVERITIES)


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


@pytest.mark.parametrize("kind", sorted(SEEN))
def test_probes_count_where_they_say_more(kind):
    probe, lost, share = SEEN[kind]
    assert list(lost) == sorted(lost)
    assert list(share) == sorted(share)
    none, much = arrays({kind: 0.0}), arrays({kind: 99.0})
    gross = arrays({probe: 9.0})
    assert lost_shares(none, arrays({probe: 0.0}))[kind].tolist() == [0.0]
    assert lost_shares(none, gross)[kind] == pytest.approx([share[-1]])
    assert lost_shares({}, gross)[kind] == pytest.approx([share[-1]])
    assert lost_shares(much, gross)[kind] == pytest.approx([max(share[-1], SHARES[kind][1][-1])])


def test_missing_severities_take_nothing():
    shares = lost_shares({"blur": np.array([np.nan], np.float32)})
    assert shares["blur"].tolist() == [0.0]


@given(
    damage,
    st.floats(1, 5, width=32),
    st.fixed_dictionaries(
        {}, optional={"own": st.floats(1, 5), "coding": st.floats(0, 4), "softness": st.floats(0, 4)}
    ),
)
def test_parts_sum_to_what_is_lost(severity, eye, looks):
    severity = arrays(severity)
    shares = lost_shares(severity)
    seen = np.array([eye], np.float32)
    clarity = 1 + (seen - 1) * (kept_share(shares) if shares else 1)
    parts = spatial_parts(seen, clarity, severity, shares, arrays(looks))
    assert sum(float(part[0]) for part in parts.values()) == pytest.approx(5 - float(clarity[0]), abs=1e-4)
    assert all(float(part[0]) >= -1e-5 for part in parts.values())


def test_the_fault_that_took_most_has_the_largest_part():
    severity = arrays({"noise": 20.0, "blur": 0.9})
    shares = lost_shares(severity)
    eye = np.array([4.2], np.float32)
    parts = spatial_parts(eye, 1 + (eye - 1) * kept_share(shares), severity, shares, {})
    assert max(parts, key=lambda name: float(parts[name][0])) == "noise"


def parts_of(severity, *, eye=3.5, **looks):
    severity = arrays(severity)
    shares = lost_shares(severity)
    quality = np.array([eye], np.float32)
    clarity = 1 + (quality - 1) * (kept_share(shares) if shares else 1)
    parts = spatial_parts(quality, clarity, severity, shares, arrays(looks))
    return {name: float(part[0]) for name, part in parts.items()}


def test_what_the_enlargement_took_is_the_resolution():
    assert parts_of({}, eye=3.0, own=3.75)["resolution"] == pytest.approx(0.75)


def test_looks_explain_what_no_measured_fault_does():
    parts = parts_of({"blockiness": 0.2, "upscaled": 0.25}, own=3.5, coding=0.9, softness=0.3)
    assert parts["coding"] > parts["softness"] > 0
    assert parts["unexplained"] == pytest.approx(0.0, abs=1e-4)
    assert parts_of({}, own=3.5, coding=0.2)["unexplained"] == pytest.approx(1.0, abs=1e-4)


def test_without_a_measured_sign_no_cause_is_named():
    parts = parts_of({"blockiness": 0.05}, own=3.5, coding=0.9, softness=0.9)
    assert parts["detail"] == pytest.approx(1.3, abs=1e-4)
    assert not {"coding", "softness"} & set(parts)


@pytest.mark.parametrize(
    ("severity", "name"), [({"blur": 2.0, "upscaled": 0.3}, "blur"), ({"blur": 0.4, "upscaled": 1.0}, "upscaled")]
)
def test_softness_bears_the_name_of_the_stronger_fault(severity, name):
    parts = parts_of(severity, own=3.5, softness=1.0)
    assert max(parts, key=parts.__getitem__) == name
    assert not ({"softness", "blur", "upscaled"} - {name}) & set(parts)


def test_a_severity_that_could_not_be_measured_costs_nothing():
    severity = arrays({"noise": float("nan"), "blur": 3.0})
    shares = lost_shares(severity)
    eye = np.array([4.0], np.float32)
    parts = spatial_parts(eye, 1 + (eye - 1) * kept_share(shares), severity, shares, {})
    assert all(np.isfinite(part).all() for part in parts.values())
    assert "noise" not in parts
