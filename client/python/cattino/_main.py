"""The commands of the zip: ``export``, ``run`` and ``resolve``. Started by ``meow`` and by agents only."""

import json
import sys
from typing import List, NoReturn

from cattino import _export, _run
from cattino.utils import Magics, join_expressions


def main(arguments: List[str]) -> NoReturn:
    """Does what the first word says, and exits."""
    command, rest = arguments[0], arguments[1:]
    if command == "export":
        _export.main(rest[0])
    elif command == "run":
        _run.main(rest[0])
    elif command == "resolve":
        json.dump([_resolved(words) for words in json.load(sys.stdin)], sys.stdout)
    else:
        sys.exit("cattino: no command %r" % command)
    sys.exit(0)


def _resolved(words: List[str]) -> List[str]:
    return [Magics.resolve_early(word) for word in join_expressions(words)]
