"""The votes of a test as one self-contained HTML file: no request leaves the page.

Words, tables and charts are made here, so the page reads without JavaScript, with a keyboard, on a phone, in print and
without colour. A small script adds the theme, the filter of the table and the read-out of the heat map.
"""

from __future__ import annotations

from collections.abc import Sequence

from beholder.ratings.analysis import Analysis
from beholder.reports.page import content_policy, inline_json, page_template, static_text
from beholder.reports.ratings_view import question_context

__all__ = ["render_ratings"]


def render_ratings(found: Analysis | Sequence[Analysis]) -> str:
    """Write the analysis of a test as one HTML page.

    Parameters
    ----------
    found : Analysis or sequence of Analysis
        One per question.

    Returns
    -------
    str
        HTML, UTF-8, about 0.1 to 1 MB per question: what grows with the test is thinned, and the page says so.
    """
    every = [found] if isinstance(found, Analysis) else list(found)
    questions = [question_context(one, place=place) for place, one in enumerate(every)]
    styles = [static_text("viewer/report.css"), static_text("ratings/ratings.css")]
    script = static_text("ratings/ratings.js")
    heat = {one["id"]: one["heat"]["data"] for one in questions if one["heat"]}
    return page_template("ratings.html.jinja").render(
        csp=content_policy(styles=styles, scripts=[script]),
        styles=styles,
        script=script,
        questions=questions,
        name=questions[0]["name"],
        sha256=every[0].sha256,
        heat=inline_json(heat),
    )
