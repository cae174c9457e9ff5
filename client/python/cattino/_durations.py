"""Durations, by the rules of ``meow``."""

import re
from datetime import timedelta
from typing import Union

__all__ = ["Duration", "seconds"]

Duration = Union[int, float, str, timedelta]
"""Seconds as a number, ``"90"``, ``"5m"``, ``"2h30m"``, or a timedelta."""

_TEXT = re.compile(
    r"(?=.)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?|(\d+(?:\.\d+)?)"
)


def seconds(what: str, value: Duration) -> float:
    """A duration in seconds.

    :param what: it is of, for people
    :raises ValueError: for what is no duration
    """
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    match = _TEXT.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("%s: cannot read %r as a duration: write 90 (seconds), 5m or 2h30m" % (what, value))
    days, hours, minutes, secs, millis, plain = (float(group or 0) for group in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + secs + millis / 1000 + plain
