"""Data sets of SUREAL: ``ref_videos`` and ``dis_videos`` with opinion scores ``os``, as Python source or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from beholder.errors import TableError
from beholder.ratings.read.parts import FACT, Draft

__all__ = ["drafts", "is_dataset", "is_pairs"]


def is_dataset(document: Any) -> bool:
    """Tell whether a document is a SUREAL data set."""
    return isinstance(document, dict) and isinstance(document.get("dis_videos"), list | tuple)


def is_pairs(document: Mapping[str, Any]) -> bool:
    """Tell whether the opinions of a data set are pair comparisons: keys of rater and other asset."""
    opinions = (video.get("os") for video in document["dis_videos"] if isinstance(video, dict))
    return any(isinstance(key, tuple) for one in opinions if isinstance(one, dict) for key in one)


def drafts(where: str, document: Mapping[str, Any]) -> list[Draft]:
    """Take the votes of a data set.

    Raises
    ------
    TableError
        When it is a pair comparison, holds finished scores, or is not formed as it should be.
    """
    if is_pairs(document):
        raise TableError(where, "it holds pair comparisons, not votes", "use beholder pairs")
    videos = document["dis_videos"]
    for number, video in enumerate(videos):
        _check(where, number, video)
    names = _names(videos)
    contents = _contents(document)
    rows: dict[str, list[Any]] = {"place": [], "rater": [], "score": []}
    for place, video in enumerate(videos):
        for rater, score in _votes(where, place, video["os"]):
            rows["place"].append(place)
            rows["rater"].append(rater)
            rows["score"].append(score)
    about = [_about(video, contents) for video in videos]
    facts = pl.DataFrame(
        {
            "place": range(len(videos)),
            "stimulus": names,
            **{FACT + fact: [one.get(fact) for one in about] for fact in ("source", "reference", "asset_id")},
        },
        schema_overrides={FACT + fact: pl.String for fact in ("source", "reference", "asset_id")},
    )
    votes = pl.DataFrame(rows, schema_overrides={"rater": pl.String, "score": pl.Float64, "place": pl.Int64})
    votes = votes.join(facts, on="place", how="left", maintain_order="left")
    votes = votes.rename({"place": "line"}).with_columns(pl.col("line") + 1)
    said = ["a data set of SUREAL: a stimulus per entry of dis_videos"]
    if "ref_score" in document:
        said.append(f"its ref_score is {document['ref_score']}; difference scores are not made while reading")
    kinds = dict.fromkeys(("source", "reference", "asset_id"), "stimulus")
    return [Draft(where, votes, facts=kinds, assumed=tuple(said))]  # type: ignore[arg-type]


def _check(where: str, number: int, video: Any) -> None:
    if not isinstance(video, dict):
        raise TableError(
            where, f"entry {number + 1} of dis_videos is no dict", "give asset_id, content_id, os and path"
        )
    if "os" not in video:
        what = (
            "it holds finished scores" if "groundtruth" in video else f"entry {number + 1} of dis_videos has no votes"
        )
        raise TableError(where, f"{what} (no key 'os')", "give the data set with the opinions of single raters")


def _names(videos: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name stimuli by their files where these are all there and differ, else by asset_id, else by number."""
    files = [PurePosixPath(str(video.get("path", "")).replace("\\", "/")).name for video in videos]
    assets = [str(video.get("asset_id", "")) for video in videos]
    for names in (files, assets):
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(number + 1) for number in range(len(videos))]


def _contents(document: Mapping[str, Any]) -> dict[Any, Mapping[str, Any]]:
    references = document.get("ref_videos")
    entries = references if isinstance(references, list | tuple) else ()
    return {one["content_id"]: one for one in entries if isinstance(one, dict) and "content_id" in one}


def _about(video: Mapping[str, Any], contents: Mapping[Any, Mapping[str, Any]]) -> dict[str, str | None]:
    content = contents.get(video.get("content_id"), {})
    source = content.get("content_name", video.get("content_id"))
    is_reference = bool(content) and content.get("path") is not None and content.get("path") == video.get("path")
    return {
        "source": None if source is None else str(source),
        "reference": "yes" if is_reference else None,
        "asset_id": None if video.get("asset_id") is None else str(video["asset_id"]),
    }


def _votes(where: str, place: int, opinions: Any) -> Iterator[tuple[str, float | None]]:
    """Give rater and vote; a list in place of a vote holds the votes of repetitions."""
    pairs: Iterator[tuple[Any, Any]]
    if isinstance(opinions, dict):
        pairs = iter(opinions.items())
    elif isinstance(opinions, list | tuple):
        pairs = iter(enumerate(opinions))
    else:
        raise TableError(where, f"the votes of entry {place + 1} are no list and no dict", "give one vote per rater")
    for rater, given in pairs:
        for vote in given if isinstance(given, list | tuple) else (given,):
            if vote is not None and not isinstance(vote, int | float):
                raise TableError(where, f"entry {place + 1} holds {str(vote)[:40]!r} as a vote", "give numbers")
            yield str(rater), None if vote is None else float(vote)
