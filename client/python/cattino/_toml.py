"""Just enough TOML for settings: ``key = value`` lines at the top of a file or in one table."""

import json
import re
from pathlib import Path
from typing import Any, Dict, List, Tuple

_TABLE = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?")
_PAIR = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*=\s*(.*)")


def read(path: Path, table: str) -> Dict[str, Any]:
    """The values of a table (``""``: the top), keys with hyphens; none if there is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as problem:
        raise ValueError("%s is not UTF-8" % path) from problem
    return {key: _value(value) for key, value, _ in _pairs(text.splitlines(), table)}


def write(path: Path, table: str, key: str, value: Any) -> None:
    """Sets one value, and leaves everything else as it stands."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    line = "%s = %s" % (key, json.dumps(value, ensure_ascii=False))
    for known, _, number in _pairs(lines, table):
        if known == key:
            lines[number] = line
            break
    else:
        lines.insert(_end(lines, table), line)
        if table and not any(_name(old) == table for old in lines):
            lines.insert(len(lines) - 1, "[%s]" % table)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _name(line: str) -> str:
    header = _TABLE.fullmatch(line)
    return header.group(1).strip() if header else ""


def _pairs(lines: List[str], table: str) -> List[Tuple[str, str, int]]:
    found, current = [], ""
    for number, line in enumerate(lines):
        current = _name(line) or current
        pair = _PAIR.fullmatch(line)
        if pair and current == table:
            key = next(group for group in pair.groups()[:3] if group is not None)
            found.append((key.replace("_", "-"), pair.group(4), number))
    return found


def _end(lines: List[str], table: str) -> int:
    """Where another value of the table goes."""
    current = ""
    end = 0 if not table else len(lines)
    for number, line in enumerate(lines):
        if _name(line):
            if current == table and (table or number):
                return number
            current = _name(line)
        if current == table:
            end = number + 1
    return end


def _value(text: str) -> Any:
    text = text.strip()
    if text.startswith("'"):
        return text[1 : text.find("'", 1)]
    for end in range(len(text), 0, -1):  # a comment may follow
        try:
            return json.loads(text[:end])
        except ValueError:
            continue
    return text.split("#")[0].strip()
