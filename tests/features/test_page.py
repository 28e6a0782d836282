from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from beholder.features.glance import Glance
from beholder.features.page import PageMeasures, histogram, histogram_content, plain_share

pictures = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=4, max_side=40))


@given(pictures)
@settings(max_examples=60)
def test_measures_stay_in_range_and_ignore_where_a_row_value_stands(luma):
    shares = histogram(luma)
    assert np.isclose(shares.sum(), 1.0, atol=1e-5)
    assert 0.0 <= histogram_content(shares) <= 1.0
    assert 1.0 / 256 <= plain_share(shares) <= 1.0
    assert np.allclose(histogram(np.ascontiguousarray(luma[:, ::-1])), shares)


@given(st.integers(1, 256))
def test_content_of_equally_frequent_values_is_their_bits(values):
    shares = np.zeros(256, np.float32)
    shares[:values] = 1.0 / values
    assert np.isclose(histogram_content(shares), np.log2(values) / 8, atol=1e-4)


def test_more_to_see_gives_more_content():
    rng = np.random.default_rng(3)
    page = PageMeasures()
    blank = np.full((90, 160), 255, np.uint8)
    title = blank.copy()
    title[:16, :60] = rng.integers(0, 255, (16, 60))
    photo = rng.integers(0, 255, (90, 160)).astype(np.uint8)
    for index, luma in enumerate((blank, title, photo)):
        page.update(Glance(index / 30, luma, None))
    content, black, plain = (series.y for series in page.compute())
    assert content[0] == 0.0
    assert content[0] < content[1] < 0.5 < content[2]
    assert plain[0] == 1.0
    assert plain[1] > 0.8 > plain[2]
    assert black[0] == 0.0


def test_an_unchanged_frame_repeats_the_values_before():
    luma = np.random.default_rng(1).integers(0, 255, (60, 80)).astype(np.uint8)
    page = PageMeasures()
    page.update(Glance(0.0, luma, None))
    page.update(Glance(0.1, luma, np.zeros_like(luma)))
    for series in page.compute():
        assert series.y[0] == series.y[1]
        assert series.t.tolist() == [0.0, 0.1]
