import os
import subprocess
import sys

import pytest

OPEN_AV1 = """
import os
from fractions import Fraction
from beholder.media.impair.coding import encoder
coder = encoder("libsvtav1", {"preset": "12"}, Fraction(25), 64, 96)
policies = {os.sched_getscheduler(int(task)) for task in os.listdir("/proc/self/task")}
print(policies == {os.SCHED_OTHER})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="scheduling classes are looked up in /proc")
def test_an_encoder_leaves_every_thread_in_the_ordinary_class():
    environment = {**os.environ, "SVT_LOG": "-2"}
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AV1], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    assert done.stdout.strip() == "True"
