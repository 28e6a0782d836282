from collections.abc import Sequence

import numpy as np
import pytest

from beholder.events.banding import Banding
from beholder.events.blockiness import Blockiness
from beholder.events.blur import Blur
from beholder.events.capture import Capture
from beholder.events.colour_cast import ColourCast
from beholder.events.detector import Detector
from beholder.events.exposure import Exposure
from beholder.events.noise import Noise
from beholder.events.sustained import smoothed
from beholder.events.upscaled import Upscaled
from beholder.features.picture import PICTURE_SERIES
from beholder.types import Evidence, Series, Span

DETECTORS: tuple[Detector, ...] = (
    Banding(),
    Blockiness(),
    Blur(),
    Capture(),
    ColourCast(),
    Exposure(),
    Noise(),
    Upscaled(),
)
FAIR = {"blur_sigma": 0.3, "upscaling": 1.0, "bright_level": 220.0, "dark_level": 10.0, "palette": 0.6}
FAULTS = {
    "banding": {"banding": 0.8, "banding_step": 11.0},
    "blockiness": {"block_edge": 9.0, "coding_loss": 0.7},
    "blur": {"blur_sigma": 2.5},
    "glare": {"glare": 0.06},
    "moire": {"moire": 0.8},
    "skew": {"skew": 5.0},
    "colour_cast": {"cast": 30.0, "cast_u": -24.0, "cast_v": 18.0},
    "underexposure": {"bright_level": 80.0, "dark_level": 4.0, "mid_level": 30.0},
    "overexposure": {"excess_light": 2.0, "clipped_white": 0.4, "tones": 150.0},
    "low_contrast": {"dark_level": 90.0, "bright_level": 160.0},
    "noise": {"noise": 8.0},
    "upscaled": {"upscaling": 2.1},
}


def _evidence(faults: Sequence[dict[str, float]]) -> Evidence:
    t = np.arange(len(faults)) * 0.5
    series = {}
    for name, meaning in PICTURE_SERIES.items():
        y = np.array([fault.get(name, FAIR.get(name, 0.0)) for fault in faults], np.float32)
        series[name] = Series(name, t, y, *meaning)
    return Evidence(series=series, facts={"duration_s": len(faults) / 2, "height": 720})


def _found(evidence: Evidence) -> list[tuple[str, Span]]:
    return [(event.kind, event.span) for detector in DETECTORS for event in detector.detect(evidence)]


def test_a_fair_recording_has_no_fault() -> None:
    assert _found(_evidence([{}] * 20)) == []


@pytest.mark.parametrize("kind", FAULTS)
def test_damage_all_the_way_through_is_one_event_over_all_of_it(kind: str) -> None:
    assert _found(_evidence([FAULTS[kind]] * 12)) == [(kind, Span(0.0, 6.0))]


@pytest.mark.parametrize("kind", FAULTS)
def test_damage_in_the_middle_has_its_own_span(kind: str) -> None:
    found = _found(_evidence([{}] * 8 + [FAULTS[kind]] * 6 + [{}] * 8))
    assert found == [(kind, Span(4.0, 7.0))]


@pytest.mark.parametrize("kind", FAULTS)
def test_one_odd_sample_is_no_event(kind: str) -> None:
    assert _found(_evidence([{}] * 8 + [FAULTS[kind]] + [{}] * 8)) == []


@pytest.mark.parametrize("kind", FAULTS)
def test_a_single_sample_recording_is_judged(kind: str) -> None:
    assert [k for k, _ in _found(_evidence([FAULTS[kind]]))] == [kind]


def test_a_picture_without_duration_has_no_stretch() -> None:
    single = _evidence([{fault: value for faults in FAULTS.values() for fault, value in faults.items()}])
    assert _found(Evidence(series=single.series)) == []


def test_missing_values_are_no_fault() -> None:
    assert _found(_evidence([dict.fromkeys(PICTURE_SERIES, float("nan"))] * 9)) == []
    assert _found(_evidence([])) == []


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: type(d).__name__)
def test_the_contract_is_kept(detector: Detector) -> None:
    assert isinstance(detector, Detector)
    assert set(detector.needs) <= set(PICTURE_SERIES)
    for kind in detector.kinds:
        evidence = _evidence([FAULTS[kind]] * 6)
        only = Evidence(series={name: evidence.series[name] for name in detector.needs}, facts=evidence.facts)
        (event,) = (e for e in detector.detect(only) if e.kind == kind)
        assert 0 < event.strength <= 1
        assert event.evidence
        assert all(np.isfinite(value) for value in event.evidence.values())


def test_small_pictures_need_more_blur_to_be_sure() -> None:
    slightly = _evidence([{"blur_sigma": 0.5}] * 6)
    small = Evidence(series=slightly.series, facts={**slightly.facts, "width": 320, "height": 240})
    assert _found(slightly) == [("blur", Span(0.0, 3.0))]
    assert _found(small) == []


def test_one_softness_is_one_event() -> None:
    blurred = {"blur_sigma": 2.0, "upscaling": 1.5}
    enlarged = {"blur_sigma": 0.6, "upscaling": 2.0}
    assert _found(_evidence([blurred] * 6)) == [("blur", Span(0.0, 3.0))]
    assert _found(_evidence([enlarged] * 6)) == [("upscaled", Span(0.0, 3.0))]
    both = _found(_evidence([blurred] * 6 + [{}] * 6 + [enlarged] * 6))
    assert both == [("blur", Span(0.0, 3.0)), ("upscaled", Span(6.0, 9.0))]


def test_a_black_picture_is_not_called_underexposed() -> None:
    assert _found(_evidence([{"bright_level": 2.0, "dark_level": 0.0}] * 6)) == []


def test_running_median_leaves_missing_values_out() -> None:
    nan = float("nan")
    assert smoothed(np.array([1, nan, 3, 3, nan, nan, nan, 2, 2], np.float32)).tolist()[2:5] == [3.0, 3.0, 3.0]
    assert np.isnan(smoothed(np.array([1, 1, nan, nan, nan, 1], np.float32))[3])


def test_a_picture_too_small_for_a_grid_can_be_coded_coarsely() -> None:
    evidence = _evidence([{"coding_loss": 0.9, "block_edge": float("nan")}] * 6)
    edge, loss = evidence.series["block_edge"], evidence.series["coding_loss"]
    (event,) = Blockiness().detect(Evidence(series={edge.name: edge, loss.name: loss}, facts=evidence.facts))
    assert set(event.evidence) == {"coding_level"}
