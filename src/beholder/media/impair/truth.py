"""What is known to be wrong with a clip: JSON beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SCHEMA", "Fault", "Truth", "Value", "read_truth"]

SCHEMA = "beholder.truth/1"

Value: TypeAlias = "float | int | str | bool | Sequence[Value] | None"
"""What a parameter can be: plain JSON."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One known fault.

    `start_s` and `end_s` are seconds on the media clock of the clip that was written, 0 at its first picture; the
    picture at `end_s` is no longer affected. For a freeze and a stall `start_s` is the time stamp of the held
    picture (it is on screen from then on) and `end_s` that of the first new picture after it.
    """

    kind: str
    start_s: float
    end_s: float
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Truth:
    """A clip and its known faults.

    Attributes
    ----------
    source : str
        File or scene that the clip was made from.
    impairments : tuple of Fault
        In the order they were applied.
    fps : float
        Rate of the grid of frames.
    vfr : bool
        True when repeated pictures were not written.
    codec : str
    crf : float
    width, height : int
    frames : int
        Frames of the grid, repeats among them.
    pictures : int
        Pictures written: `frames` less the repeats left out when `vfr`.
    duration_s : float
    """

    source: str
    impairments: tuple[Fault, ...]
    fps: float
    vfr: bool
    codec: str
    crf: float
    width: int
    height: int
    frames: int
    pictures: int
    duration_s: float

    def of(self, kind: str) -> tuple[Fault, ...]:
        """Give the faults of one kind."""
        return tuple(fault for fault in self.impairments if fault.kind == kind)

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2) + "\n", encoding="utf-8")


def read_truth(path: str | Path) -> Truth:
    """Read a truth file.

    Raises
    ------
    ValueError
        When the file is of another schema.
    """
    table = json.loads(Path(path).read_text(encoding="utf-8"))
    if table.pop("schema", None) != SCHEMA:
        raise ValueError(f"{path}: not a {SCHEMA} file")
    faults = tuple(Fault(**fault) for fault in table.pop("impairments"))
    return Truth(impairments=faults, **table)
