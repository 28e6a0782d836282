"""A frozen neural trunk in ONNX: views of a picture in, statistics of its inner layers out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from beholder.errors import ModelError
from beholder.types import Floats, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable

    import onnxruntime

__all__ = ["Trunk", "read_verified"]

CENTRE = 127.0  # (x - 127) / 128: preprocessing of the EfficientNet-Lite reference models
SPREAD = 128.0


def read_verified(path: Path, sha256: str) -> bytes:
    """Read a file of weights and refuse it unless it is the one that its card names.

    Parameters
    ----------
    path : Path
    sha256 : str
        Digest in hexadecimal digits.

    Raises
    ------
    ModelError
        When the file is missing or its digest differs.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(path, "the weights cannot be read", "install beholder again") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(path, "the weights are damaged or not those of the card", "install beholder again")
    return data


class Trunk:
    """EfficientNet-Lite0 (Tan and Le, arXiv 1905.11946), cut after one of its blocks and frozen.

    Gives the mean and the variance of every channel after some blocks. The answer for a view does not depend on
    the views beside it, nor on the number of threads.
    """

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @classmethod
    def load(cls, path: Path, *, sha256: str, threads: int = 1) -> Trunk:
        """Read and verify the graph.

        Parameters
        ----------
        path : Path
            The ONNX file.
        sha256 : str
            What the digest of the file must be.
        threads : int
            Threads of one run; they sleep between runs.

        Raises
        ------
        ModelError
            When the file is missing, damaged or not a graph that this version of onnxruntime reads.
        """
        import onnxruntime  # noqa: PLC0415 - slow to import, so only when a model is loaded

        data = read_verified(path, sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return cls(onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"]))

    def taps(self, views: Iterable[Picture]) -> Floats:
        """Look at views one after the other.

        Parameters
        ----------
        views : iterable of Picture, each of shape (h, w, 3)
            RGB; sizes may differ.

        Returns
        -------
        Floats, shape (number of views, number of statistics)
        """
        return np.concatenate([self._look(view) for view in views])

    def _look(self, view: Picture) -> Floats:
        x = np.ascontiguousarray(view.transpose(2, 0, 1)[None], dtype=np.float32)
        x -= np.float32(CENTRE)
        x *= np.float32(1 / SPREAD)
        taps: Floats = self._session.run(None, {"picture": x})[0]
        return taps
