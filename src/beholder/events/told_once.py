"""One story per moment: what a softer or coarser stretch already says is not told again as another fault."""

from __future__ import annotations

from collections.abc import Sequence

from beholder.types import Event, Span

__all__ = ["told_once"]

STRETCHES = ("blur", "blockiness")
EDGE_S = 0.75  # seconds around the start and end of such a stretch, whose edges are known to half a second
WITHIN = 0.5  # share of an event that must lie in a stretch


def told_once(events: Sequence[Event]) -> list[Event]:
    """Leave out resolution switches and damage that a stretch of blur or block artefacts explains.

    The picture gets softer where a blur begins and sharper where it ends: these are no switches of the resolution.
    Where the coder starves, its blocks break away from those around as those of lost packets do. What the stream
    itself says (a coded height that changes, packets that the decoder calls damaged) is always told.

    Parameters
    ----------
    events : sequence of Event

    Returns
    -------
    list of Event
        In the order given.

    Examples
    --------
    >>> blur = Event("blur", Span(9, 12), 0.6, {})
    >>> soft, later = (Event("resolution_switch", Span(t, t + 0.5), 0.5, {"source": "picture"}) for t in (9.1, 15.0))
    >>> [event.span.start for event in told_once([blur, soft, later])]
    [9, 15.0]
    """
    stretches = [event.span for event in events if event.kind in STRETCHES]
    return [event for event in events if not any(_explains(span, event) for span in stretches)]


def _explains(stretch: Span, event: Event) -> bool:
    near = any(abs(event.span.start - edge) <= EDGE_S for edge in (stretch.start, stretch.end))
    if event.kind == "resolution_switch":
        return event.evidence.get("source") == "picture" and near
    if event.kind == "corruption":
        inside = (event.span & stretch).duration >= WITHIN * event.span.duration
        return not event.evidence.get("decoder_reports") and (near or inside)
    return False
