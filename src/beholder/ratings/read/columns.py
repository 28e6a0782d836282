"""Which column is what: the names that test software and laboratories give to the parts of a vote.

Names are compared in lower case without spaces and signs, so ``Tester_id``, ``tester id`` and ``testerID`` are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from beholder.errors import TableError
from beholder.ratings.read.parts import About

__all__ = ["AGGREGATES", "FACTS", "ROLES", "plain", "question_of", "roles_of"]

ROLES: Mapping[str, tuple[str, ...]] = {
    "rater": (
        "rater", "raterid", "subject", "subjectid", "subj", "subjid", "user", "userid", "username", "worker",
        "workerid", "tester", "testerid", "listener", "listenerid", "participant", "participantid", "observer",
        "observerid", "assessor", "assessorid", "viewer", "viewerid", "evaluator", "annotator", "judge", "panelist",
        "panellist", "prolificid", "prolificpid", "sessionuuid", "uuid", "pid", "sid",
    ),
    "stimulus": (
        "stimulus", "stimulusid", "stimulusname", "stimuli", "pvs", "pvsid", "pvsname", "assetid", "asset",
        "stimulifile", "videoname", "video", "videofile", "clip", "clipname", "clipid",
        "image", "imagename", "imageid", "file", "filename", "fileurl", "audio", "audiofile", "sample",
        "sampleid", "sequence", "sequencename", "url", "path",
        "shortfilename", "streaminglog", "media", "processedvideo", "testvideo", "testclip", "ratingstimulus",
        "stimuliid", "videoid",
    ),
    "score": (
        "score", "vote", "rating", "ratingscore", "opinionscore", "opinion", "os", "grade", "stimulirating",
        "stimulusrating", "acr", "acrscore", "acrrating", "value", "answer", "response",
    ),
    "question": (
        "question", "questiontype", "ratingtype", "dimension", "attribute", "criterion", "scalename", "aspect",
    ),
    "experiment": ("experiment", "experimentid", "expid", "exp", "study", "testid"),
    "repetition": ("repetition", "rep", "repeat", "replicate", "replication", "repetitionid", "run"),
    "order": (
        "order", "position", "presentationorder", "trialnumber", "trialindex", "trialnr", "trialno", "sequencenumber",
        "playlistindex", "playorder", "timestamp", "votedat", "createdat", "datetime", "date",
    ),
    "seconds": (
        "seconds", "ratingtime", "responsetime", "reactiontime", "votetime", "timespent", "rt", "rts", "rtms", "timems",
        "responsetimems", "reactiontimems", "ratingtimems", "durationms", "time",
    ),
    "training": ("training", "istraining", "practice", "ispractice", "phase", "stage"),
}  # fmt: skip
"""Parts of a vote, and the names of columns that hold them; the better name first."""

FACTS: Mapping[str, tuple[About, tuple[str, ...]]] = {
    "source": (
        "stimulus",
        ("source", "src", "srcid", "content", "contentid", "contentname", "scene", "item", "itemid"),
    ),
    "condition": (
        "stimulus",
        ("condition", "hrc", "hrcid", "conditionid", "conditionnum", "conditionname", "system", "systemid", "codec"),
    ),
    "reference": ("stimulus", ("reference", "isreference", "isref", "hiddenreference", "ref")),
    "gold": ("stimulus", ("gold", "goldanswer", "goldanswers", "goldans", "goldscore", "expectedvote")),
    "trap": ("stimulus", ("trap", "trapping", "trappinganswer", "trappingans", "trapanswer", "trapvote")),
    "age": ("rater", ("age", "participantage", "ageband", "agegroup")),
    "gender": ("rater", ("gender", "sex", "participantgender")),
    "device": ("rater", ("device", "display", "devicetype")),
    "expertise": ("rater", ("expertise", "expert", "isexpert", "experience")),
    "lab": ("rater", ("lab", "laboratory", "site")),
    "hearing": ("rater", ("hearing", "hearingloss")),
    "vision": ("rater", ("vision", "glasses", "acuity", "visualacuity")),
    "headphones": ("rater", ("headphones", "headset", "playbackdevice")),
}
"""Facts with a name of the field, whom they are about, and the names of columns that hold them."""

QUESTIONS: Mapping[str, str] = {
    "sig": "SIG", "bak": "BAK", "ovrl": "OVRL", "ovr": "OVRL", "overall": "overall", "quality": "quality",
    "noisiness": "noisiness", "noise": "noise", "coloration": "coloration", "colouration": "coloration",
    "discontinuity": "discontinuity", "loudness": "loudness", "reverberation": "reverberation", "reverb": "reverb",
    "col": "COL", "disc": "DISC", "loud": "LOUD", "signal": "signal", "background": "background",
    "video": "video", "audio": "audio", "audiovisual": "audiovisual", "intelligibility": "intelligibility",
    "naturalness": "naturalness", "appearance": "appearance", "realism": "realism", "trust": "trust",
    "blur": "blur", "blurriness": "blurriness", "blockiness": "blockiness", "artefacts": "artefacts",
    "artifacts": "artifacts", "sharpness": "sharpness", "fluency": "fluency", "smoothness": "smoothness",
    "annoyance": "annoyance", "acceptability": "acceptability", "effort": "effort", "preference": "preference",
}  # fmt: skip
"""Names of columns that are a question of their own (P.835, P.804, P.911, avatar and audio-visual tests)."""

AGGREGATES = frozenset(
    {
        "mos", "dmos", "mean", "meanopinionscore", "median", "std", "sd", "stdev", "stddev", "var", "variance", "ci",
        "ci95", "95ci", "confidence", "n", "nvotes", "count", "votes", "sos", "min", "max", "zmos", "groundtruth",
    }
)  # fmt: skip
"""Names of columns that are made of votes, and are no votes."""

AGGREGATE = re.compile(r"^(?:mos|std|95ci|ci95|ci|sd)(?:bak|sig|ovrl|noise|col|disc|loud|reverb)?$")
VOTE_OF = re.compile(r"^(?:vote|score|rating|answer|q)[\W_]+(.+)$", re.IGNORECASE)


def plain(name: str) -> str:
    """Give a name as it is compared: lower case, letters and digits only."""
    return re.sub(r"[\W_]+", "", name).lower()


def is_aggregate(name: str) -> bool:
    """Tell whether a column of this name is made of votes (``MOS``, ``95%CI``)."""
    short = plain(name)
    return short in AGGREGATES or AGGREGATE.match(short) is not None


def question_of(name: str) -> str | None:
    """Name the question that a column of votes answers (``vote_SIG`` and ``sig`` are ``SIG``), if its name tells."""
    inner = VOTE_OF.match(name)
    short = plain(inner.group(1) if inner else name)
    known = QUESTIONS.get(short)
    if known is None and inner and not short.isdigit():
        return inner.group(1)
    return known


def roles_of(where: str, names: Iterable[str], wished: Mapping[str, str]) -> dict[str, str]:
    """Find the column of each role.

    Raises
    ------
    TableError
        When a column that was asked for is not there.
    """
    names = list(names)
    for role, name in wished.items():
        if role not in ROLES and role not in FACTS:
            raise TableError(where, f"there is no role {role!r} for a column", f"use one of {', '.join(ROLES)}")
        if name not in names:
            raise TableError(where, f"it has no column {name!r}", f"name one of its columns: {', '.join(names[:20])}")
    taken = set(wished.values())
    short = {plain(name): name for name in reversed(names) if name not in taken}
    found = dict(wished)
    known = dict(ROLES) | {fact: candidates for fact, (_, candidates) in FACTS.items()}
    for role, candidates in known.items():
        column = next((short[one] for one in candidates if one in short), None)
        if role not in found and column is not None:
            found[role] = column
            taken.add(column)
    return found
