"""Names and numbers that both sides of Cattino agree on."""

CATTINO_RETRY_EXIT_CODE = 100
"""A task that exits with it is tried again, up to the cluster's setting ``retry-limit``."""

DEFAULT_HOST = "localhost"
DEFAULT_PORT = 19192

RESERVED_NAMES = ("backend", "last", ".", "..")
"""Words that mean something to ``meow`` and so name no task."""

MAX_NAME_BYTES = 254
