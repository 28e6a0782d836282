"""A result as one self-contained HTML file: no request leaves the page.

The words (score, factors, issue cards, tables) are rendered here, so the file
reads without JavaScript and prints. The charts are drawn by ``static/viewer``
from the same envelope that ``--json`` writes, which is inlined with long series
thinned. Everything that comes from outside is escaped: by autoescaping in the
template, and by escape sequences in the inlined JSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from beholder.errors import UsageError
from beholder.reports.envelope import significant, to_dict
from beholder.reports.thin import thin_all
from beholder.reports.view import page_context
from beholder.reports.words import label_and_unit, title
from beholder.types import Floats, Result, Series

if TYPE_CHECKING:
    import jinja2

__all__ = ["render_html"]

VENDOR = "vendor/uplot-1.6.32"
MODULES = ("format", "timeline", "state", "paint", "charts", "overview", "table", "player", "controls", "main")
"""The viewer's modules in the order of their imports; inlined as one script."""
STILL_BYTES = 300_000  # of JPEG, all cards together: about 25 stills of 12 kB
FILM_BYTES = 180_000  # of JPEG, the whole film strip: about 45 thumbnails of 4 kB
DRAWN_DIGITS = 4  # what a chart or a read-out can show


def render_html(
    result: Result,
    *,
    stills: Mapping[str, bytes],
    filmstrip: Sequence[tuple[float, bytes]] = (),
    video: str | None = None,
) -> str:
    """Write a result as one HTML page.

    Parameters
    ----------
    result : Result
    stills : Mapping[str, bytes]
        A JPEG per issue id; an issue without one has a card without a picture. Together 300 kB are kept, for the
        dearest issues.
    filmstrip : sequence of (float, bytes), optional
        Seconds and a small JPEG, in order of time. Thinned when it would weigh more than 180 kB.
    video : str, optional
        Path of a video that lies beside the report, relative to it. It plays in the page when the browser can.

    Returns
    -------
    str
        HTML, UTF-8, about 0.2 to 1.5 MB.

    Raises
    ------
    UsageError
        When `video` is not a relative path.
    """
    drawn = {name: _rounded(one) for name, one in thin_all(result.series).items()}
    envelope = to_dict(replace(result, series=drawn))
    view = {
        "titles": {name: title(name) for name in result.series},
        "units": {name: one.unit or label_and_unit(name)[1] for name, one in result.series.items()},
        "film": [[round(t, 3), _jpeg(image)] for t, image in _within(filmstrip, budget=FILM_BYTES)],
    }
    styles = [_static(f"{VENDOR}/uPlot.min.css"), _static("viewer/report.css")]
    scripts = [_static(f"{VENDOR}/uPlot.iife.min.js"), _viewer()]
    source = None if video is None else _relative_url(video)
    return _template().render(
        page_context(result, stills={key: _jpeg(image) for key, image in _affordable(result, stills).items()}),
        csp=_policy(styles=styles, scripts=scripts, video=source is not None),
        styles=styles,
        scripts=scripts,
        envelope=_inline_json(envelope),
        view=_inline_json(view),
        thinned=any(drawn[name].y.size < one.y.size for name, one in result.series.items()),
        video=source,
    )


def _rounded(series: Series) -> Series:
    y: Floats = significant(series.y, digits=DRAWN_DIGITS).astype("float32")
    return replace(series, y=y)


def _within(filmstrip: Sequence[tuple[float, bytes]], *, budget: int) -> Sequence[tuple[float, bytes]]:
    """Keep every n-th thumbnail so that all together stay within the budget."""
    weight = sum(len(image) for _, image in filmstrip)
    if weight <= budget:
        return filmstrip
    affordable = max(1, len(filmstrip) * budget // weight)
    return filmstrip[:: -(-len(filmstrip) // affordable)]


def _affordable(result: Result, stills: Mapping[str, bytes]) -> dict[str, bytes]:
    """Keep the stills of the dearest issues until their budget is spent."""
    kept: dict[str, bytes] = {}
    spent = 0
    for issue in result.issues:
        image = stills.get(issue.id)
        if image is not None and spent + len(image) <= STILL_BYTES:
            kept[issue.id] = image
            spent += len(image)
    return kept


def _jpeg(image: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(image).decode("ascii")


def _relative_url(video: str) -> str:
    path = PurePosixPath(video.replace("\\", "/"))
    if path.is_absolute() or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", video):
        raise UsageError(video, "the video must lie beside the report", "give its path relative to the report")
    return "./" + quote(str(path))


def _inline_json(value: Any) -> str:
    """Write JSON that cannot end its script element, whatever strings it holds."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(*, styles: Sequence[str], scripts: Sequence[str], video: bool) -> str:
    """Give the content security policy: nothing but the inlined blocks, by hash, and data images."""
    media = " media-src 'self' file:;" if video else ""
    return (
        f"default-src 'none'; img-src data:;{media} style-src {_hashes(styles)}; script-src {_hashes(scripts)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashes(blocks: Sequence[str]) -> str:
    digests = (hashlib.sha256(block.encode()).digest() for block in blocks)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


@cache
def _static(name: str) -> str:
    return files("beholder.reports").joinpath("static", *name.split("/")).read_text(encoding="utf-8")


@cache
def _viewer() -> str:
    """Join the viewer's ES modules into one: drop the imports and the word ``export``."""
    source = "\n".join(_static(f"viewer/{name}.js") for name in MODULES)
    source = re.sub(r"^import [^;]*;\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^export ", "", source, flags=re.MULTILINE)


@cache
def _template() -> jinja2.Template:
    import jinja2  # noqa: PLC0415  0.1 s that scoring does not need

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("beholder.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")
