"""What this process is for Cattino: an ordinary one, one that exports, or one that runs a task."""

import os
from typing import Any, List

exports: List[Any] = []
"""What ``cattino.export`` was given, in the order of the calls."""


def phase() -> str:
    """``export`` while ``meow create`` runs the script, ``run`` and ``hook`` while a node does, else empty."""
    return os.environ.get("CATTINO_PHASE", "")
