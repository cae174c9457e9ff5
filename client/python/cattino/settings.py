"""The client's settings, as ``meow set`` stores them."""

import os
from pathlib import Path
from typing import Any, Tuple

from cattino import _toml
from cattino.constants import DEFAULT_HOST, DEFAULT_PORT

__all__ = ["home", "settings"]

_DEFAULTS = {"host": DEFAULT_HOST, "port": DEFAULT_PORT, "timeout": "5s", "coordinator": "", "magic_constants": {}}
_PROJECT = "tool.cattino"


def home() -> Path:
    """Where Cattino keeps its files: ``$CATTINO_HOME``, else ``~/.cache/cattino``."""
    return Path(os.environ.get("CATTINO_HOME") or Path.home() / ".cache" / "cattino")


class Settings:
    """Reads a setting as an attribute, with underscores; assigning to one stores it.

    They are those of ``./pyproject.toml`` (``[tool.cattino]``) if that file exists, else of
    ``$CATTINO_HOME/settings.toml``. What is the cluster's, such as ``override-exist-tasks``, is read and changed
    by ``meow set``.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in _DEFAULTS:
            raise AttributeError("no setting of the client is called %r; there are: %s" % (name, ", ".join(_DEFAULTS)))
        path, table = _place()
        values = _toml.read(path, table)
        if name == "magic_constants":
            return _toml.read(path, (table + "." if table else "") + "magic-constants")
        return values.get(name.replace("_", "-"), _DEFAULTS[name])

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _DEFAULTS or name == "magic_constants":
            raise AttributeError("%r is no setting of the client that can be set" % name)
        path, table = _place()
        _toml.write(path, table, name.replace("_", "-"), value)


def _place() -> Tuple[Path, str]:
    project = Path("pyproject.toml")
    return (project, _PROJECT) if project.is_file() else (home() / "settings.toml", "")


settings = Settings()
