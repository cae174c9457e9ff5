"""Runs a user's script for the objects that it exports: when it is handed in, and again on nodes."""

import builtins
import os
import random
import sys
import types
from typing import Any, List, Sequence

from cattino import _state
from cattino.settings import settings
from cattino.utils import Magics, random_names

__all__ = ["execute", "find", "load_resolvers"]


def execute(path: str, arguments: Sequence[str], search: Sequence[str], seed: str, text: str = "") -> List[Any]:
    """What the script exports, in the order of the calls.

    It is ``__main__``, its ``sys.argv`` is path and arguments, and what it draws from ``random`` comes out
    alike for the same seed.

    :param search: put in front of the module search path
    :param text: its source; if empty, that of the file
    """
    random.seed(seed)
    random_names.seed(seed)
    load_resolvers()
    # This zip stays in front: an installed ancestor of the same name must not come between.
    sys.path[1:1] = [entry for entry in search if entry not in sys.path[:1]]
    sys.argv = [path, *arguments]
    if not text:
        with open(path, "rb") as file:
            source: Any = file.read()
    else:
        source = text
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = module
    _state.exports.clear()
    try:
        exec(compile(source, path, "exec"), module.__dict__)  # pylint: disable=exec-used  # it is what we are for
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    return list(_state.exports)


def find(exports: Sequence[Any], export_path: str, name: str) -> Any:
    """The object at a path: the index of its export, then those in its groups.

    :raises LookupError: if it is not there, or is called otherwise: never run the wrong one
    """
    indices = [int(part) for part in export_path.split("/")]
    try:
        found = exports[indices[0]]
        for index in indices[1:]:
            found = found.subtasks[index]
    except (IndexError, AttributeError):
        raise LookupError(
            "the script exports no %r this time: what it exports must depend on its arguments, its environment"
            " and random alone" % name
        ) from None
    if found.fullname != name:
        raise LookupError(
            "the script exports %r this time where it exported %r: what it exports must depend on its arguments,"
            " its environment and random alone" % (found.fullname, name)
        )
    return found


def load_resolvers() -> None:
    """The user's own constants and resolvers, for all scripts."""
    for name, value in settings.magic_constants.items():
        Magics.register_new_constant(name, str(value))
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    path = os.path.join(config, "cattino", "resolvers.py")
    if os.path.isfile(path):
        with open(path, "rb") as file:
            text = file.read()
        try:
            exec(compile(text, path, "exec"), {"__name__": "cattino_resolvers", "__file__": path, "Magics": Magics})  # noqa: E501  # pylint: disable=exec-used
        except SystemExit as end:
            raise ImportError("%s exits, before the script is run: it only registers resolvers" % path) from end
