"""What stalls and freezes do to the opinion of a whole session.

A stall is a stretch in which the picture stands still although it should move: a rebuffering stop
or a freeze. People forgive neither the number of them nor the time they take, so both enter, in the
functional family of ITU-T P.1203.3 (exponential decay in the count and in the share of time); the
coefficients are our own, fitted on Waterloo SQoE-IV (`benchmarks/stalling.py` prints the fit).

What SQoE-IV cannot say, because its sessions all show 28 s of media:

- *Clips shorter than that.* One freeze of a second in a clip of ten costs about 0.6 MOS (microsoft/Video_Call_MOS:
  people 2.95 where the picture alone is worth 3.52). The count therefore weighs more in a short clip.
- *Long recordings.* P.1203 holds up to five minutes. Beyond that, stalls are counted per five minutes:
  the same stalls in a longer film weigh less.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["stall_factor", "stall_terms"]

PER_STALL = 0.0853  # per full stall; SQoE-IV, all 1,350 sessions, benchmarks/stalling.py
PER_LOST_SHARE = 0.579  # per -ln(share of time that played); the same fit
PER_WAIT = 0.0861  # per ln(1 + initial delay in s); the same fit

FULL_STALL_S = 0.5  # a shorter stop counts less than one; 0.2 to 2 s give the same SROCC within .01, same fit
FITTED_DURATION_S = 28.0  # media in every SQoE-IV session
LONGEST_SESSION_S = 300.0  # scope of ITU-T P.1203: sessions up to five minutes
SHORTEST_CLIP_S = 5.0  # shortest clip of ITU-T P.910 tests; nothing is known of shorter ones
CLIP_EXPONENT = 0.805  # makes one freeze of 1 s in 10 s turn 3.52 into 2.95 (microsoft/Video_Call_MOS)
LEAST_PLAYED = 0.01  # share; keeps the factor above zero when everything stands still


def stall_terms(lengths: Sequence[float], *, duration: float, initial_delay: float = 0.0) -> tuple[float, float, float]:
    """Give the three quantities that the stall factor is made of.

    Returns
    -------
    count : float
        Stalls, short ones by their share of half a second, weighed by the length of the recording.
    lost : float
        ``-ln`` of the share of the recording that played, >= 0.
    wait : float
        ``ln(1 + initial_delay)``, >= 0.

    Raises
    ------
    ValueError
        When a length or the delay is negative or not finite, or the duration not above zero.
    """
    if not (math.isfinite(duration) and duration > 0):
        raise ValueError(f"duration must be above zero, not {duration}")
    if not all(math.isfinite(length) and length >= 0 for length in (*lengths, initial_delay)):
        raise ValueError("lengths and initial_delay must be finite and not negative")
    count = math.fsum(min(1.0, length / FULL_STALL_S) for length in lengths)
    played = 1.0 - math.fsum(lengths) / duration
    return count * _weight(duration), -math.log(min(1.0, max(LEAST_PLAYED, played))), math.log1p(initial_delay)


def stall_factor(lengths: Sequence[float], *, duration: float, initial_delay: float = 0.0) -> float:
    """Give the factor by which stalls shrink the opinion of a session: ``MOS = 1 + (Q - 1) * factor``.

    It is 1 without stalls, falls with each stall that is added or gets longer, and stays above zero.
    Stalls of equal total length cost more the more of them there are.

    Parameters
    ----------
    lengths : sequence of float
        Seconds of each stall or freeze.
    duration : float
        Seconds of the whole recording, stalls included.
    initial_delay : float
        Seconds of waiting before the first picture.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    ValueError
        When a length or the delay is negative or not finite, or the duration not above zero.

    Notes
    -----
    Functional family: ITU-T P.1203.3, 8.4 (stalling). Data: Duanmu et al., Waterloo SQoE-IV, CC-BY-4.0.

    Examples
    --------
    >>> stall_factor([], duration=10.0)
    1.0
    >>> round(1 + (3.52 - 1) * stall_factor([1.0], duration=10.0), 2)
    2.95
    >>> stall_factor([1.0, 1.0], duration=60.0) < stall_factor([2.0], duration=60.0)
    True
    """
    count, lost, wait = stall_terms(lengths, duration=duration, initial_delay=initial_delay)
    return math.exp(-(PER_STALL * count + PER_LOST_SHARE * lost + PER_WAIT * wait))


def _weight(duration: float) -> float:
    """Weight of one stall in a recording of `duration` seconds: 1 between half a minute and five minutes."""
    if duration < FITTED_DURATION_S:
        return math.pow(FITTED_DURATION_S / max(duration, SHORTEST_CLIP_S), CLIP_EXPONENT)
    return min(1.0, LONGEST_SESSION_S / duration)
