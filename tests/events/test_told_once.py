from beholder.events.told_once import told_once
from beholder.types import Event, Span

BLUR = Event("blur", Span(9.0, 12.0), 0.6, {})
STARVED = Event("blockiness", Span(14.0, 17.0), 0.6, {})


def switch(t, source="picture"):
    return Event("resolution_switch", Span(t, t + 0.5), 0.5, {"source": source})


def damage(start, end, reports=0):
    return Event("corruption", Span(start, end), 0.9, {"decoder_reports": reports})


def test_the_edges_of_a_stretch_are_no_switches():
    for t in (8.6, 9.0, 12.4, 14.2, 16.8):
        assert told_once([BLUR, STARVED, switch(t)]) == [BLUR, STARVED]


def test_a_switch_elsewhere_or_of_the_stream_is_told():
    for one in (switch(10.5), switch(20.0), switch(9.0, "stream")):
        assert told_once([BLUR, STARVED, one]) == [BLUR, STARVED, one]


def test_damage_within_a_stretch_is_told_only_when_the_decoder_reports_it():
    assert told_once([STARVED, damage(14.9, 16.5)]) == [STARVED]
    assert told_once([STARVED, damage(14.9, 16.5, reports=3)]) == [STARVED, damage(14.9, 16.5, reports=3)]
    assert told_once([STARVED, damage(2.0, 3.0)]) == [STARVED, damage(2.0, 3.0)]
    assert told_once([STARVED, damage(16.2, 21.0)]) == [STARVED, damage(16.2, 21.0)]
