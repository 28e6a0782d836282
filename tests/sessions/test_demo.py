"""The demonstration, as a newcomer meets it: what was planted is found, and nothing else."""

from beholder.media.demo import make_demo
from beholder.sessions import score

PLANTED = {"freeze": (4.0, 6.5), "blur": (9.0, 12.0), "blockiness": (14.0, 17.0)}
HEARD = {"silence", "dropout"}  # the sound is gone while the picture stands; the made voice stops dead once


def test_the_demo_shows_its_planted_faults_and_no_other(tmp_path):
    recording, kpis = make_demo(tmp_path)
    result = score(recording, kpi=kpis)
    seen = [issue for issue in result.issues if issue.kind not in HEARD]
    assert sorted(issue.kind for issue in seen) == sorted(PLANTED)
    for issue in seen:
        start, end = PLANTED[issue.kind]
        assert abs(issue.span.start - start) <= 0.5
        assert abs(issue.span.end - end) <= 0.5
