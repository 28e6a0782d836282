"""``beholder plan``: how many raters a test needs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from beholder.cli.plain import figure, hand_out, roles, show_table, tell
from beholder.errors import UsageError

if TYPE_CHECKING:
    from beholder.ratings.planning import Need, Pilot

__all__ = ["plan"]

PANELS = (8, 12, 15, 20, 24, 32, 48, 64, 96, 128)  # raters in the table of power
SQRT2 = 2**0.5


def plan(
    pilot: Annotated[Path | None, typer.Argument(help="Votes of a pilot, or of a test like it.")] = None,
    *,
    difference: Annotated[float, typer.Option(help="Smallest difference in MOS that must be found.")] = 0.5,
    interval: Annotated[float | None, typer.Option(help="Wished half width of the 95 % interval of a MOS.")] = None,
    comparisons: Annotated[int, typer.Option(min=1, help="How many differences are tested.")] = 1,
    power: Annotated[float, typer.Option(help="Chance to find the difference.")] = 0.8,
    alpha: Annotated[float, typer.Option(help="Chance of any false difference.")] = 0.05,
    independent: Annotated[bool, typer.Option(help="Each rater sees one of the two only.")] = False,
    of: Annotated[str, typer.Option(help="What is compared: stimuli or conditions (means over sources).")] = "stimuli",
    sos: Annotated[float, typer.Option(help="SOS parameter a, without a pilot; video 0.1 to 0.3.")] = 0.2,
    mos: Annotated[float, typer.Option(help="Expected MOS, without a pilot; the middle spreads most.")] = 3.0,
    assurance: Annotated[float | None, typer.Option(help="Chance that the interval gets so narrow.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="Name of a column, condition=HRC; may be repeated.")] = None,
    json: Annotated[str, typer.Option(help="Write the result as JSON to a file, or - for stdout.")] = "",
) -> None:
    """Say how many raters a test needs to find a difference, or to reach an interval, before it is run.

    Example: beholder plan pilot.csv --difference 0.3 --comparisons 10
    """
    from beholder.ratings import planning, read

    if of not in ("stimuli", "conditions"):
        raise UsageError("--of", f"{of!r} is unknown", "take stimuli or conditions")
    learned = None
    if pilot is not None:
        learned = planning.pilot(read(pilot, columns=roles(column or []) or None), of=_any(of))
    deviation, spread, source = _spreads(learned, sos, mos)
    if not (independent or math.isfinite(spread)):
        raise UsageError(str(pilot), "it is not known who gave which vote", "add --independent")
    used = deviation if independent else spread
    options: Any = {"deviation": used, "paired": not independent, "comparisons": comparisons, "alpha": alpha}
    need = planning.raters_for_difference(difference, wanted=power, **options)
    curve = [float(one) for one in planning.power(PANELS, difference, **options)]
    width = interval and planning.raters_for_interval(interval, deviation=deviation, assurance=assurance)
    wish: dict[str, Any] = {
        "difference": difference,
        "power": power,
        "alpha": alpha,
        "comparisons": comparisons,
        "design": "independent" if independent else "paired",
        "deviation": used,
        "from": source,
        "interval": interval,
        "raters_for_interval": width,
    }
    if json != "-":
        _print(wish, need, curve)
    if json:
        panels = [{"raters": count, "power": chance} for count, chance in zip(PANELS, curve, strict=True)]
        hand_out("beholder.plan/1", {**wish, "need": need, "curve": panels, "pilot": learned}, json)


def _any(text: str) -> Any:
    """Hand an option on; the library knows which words it may be."""
    return text


def _spreads(learned: Pilot | None, sos: float, mos: float) -> tuple[float, float, str]:
    """Deviation of a vote and of a rater's difference, and where they are from."""
    from beholder.ratings.planning import sos_deviation

    if learned is None:
        deviation = sos_deviation(mos, sos)
        if deviation == 0:
            raise UsageError(
                "--sos, --mos", "they leave no spread of votes", "take a MOS inside of the scale, a above 0"
            )
        return deviation, SQRT2 * deviation, f"SOS parameter {sos:g} at MOS {mos:g}"
    source = f"pilot of {learned.raters} raters and {learned.votes} votes, SOS parameter {learned.sos_parameter:.3f}"
    return learned.deviation, learned.difference_deviation, source


def _print(wish: dict[str, Any], need: Need, curve: list[float]) -> None:
    from rich.console import Console

    console = Console()
    paired = wish["design"] == "paired"
    what = "a rater's difference" if paired else "votes"
    tell(console, f"{wish['from']}: standard deviation of {what} {figure(wish['deviation'])}", "dim")
    tests = "one comparison" if wish["comparisons"] == 1 else f"{wish['comparisons']} comparisons"
    seen = "each rater sees both" if paired else "each rater sees one of the two"
    tell(console, f"{tests}, chance of any false difference {wish['alpha']:g}; {seen}", "dim")
    console.print()
    raters = f"{need.raters} raters" if paired else f"{need.raters} raters, {need.per_group} for each of the two,"
    found = f"find a difference of {wish['difference']:g} with a chance of {100 * need.power:.0f} %."
    tell(console, f"{raters} {found}", "bold")
    if wish["raters_for_interval"] is not None:
        count = wish["raters_for_interval"]
        tell(console, f"{count} raters give a MOS with an interval of +- {wish['interval']:g}.", "bold")
    console.print()
    heads = ["Raters" if paired else "Raters for each", "Chance to find it"]
    rows = ([str(count), f"{100 * chance:.0f} %"] for count, chance in zip(PANELS, curve, strict=True))
    show_table(console, heads, rows, left=0)
