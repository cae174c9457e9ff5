"""Where tasks may run: the same language as that of ``meow create -C``."""

import re
from typing import Any, Dict, Iterator, List, NoReturn, Tuple, Union

__all__ = ["constraint", "nodes", "preference", "where"]

_MODEL, _MEMORY, _DRIVER, _KIND, _NODE, _LABEL = (
    "gpu.model",
    "gpu.memory",
    "gpu.driver",
    "gpu.kind",
    "node",
    "label.",
)
_EXAMPLES = {
    _MODEL: "gpu.model=A100",
    _MEMORY: "gpu.memory>=40000",
    _DRIVER: "gpu.driver>=535.54",
    _KIND: "gpu.kind=cuda",
    _NODE: "node=gpu-0[1-4]",
}
_OPERATORS = {
    "=": "EQUAL",
    "==": "EQUAL",
    "!=": "NOT_EQUAL",
    ">=": "AT_LEAST",
    "<=": "AT_MOST",
    ">": "ABOVE",
    "<": "BELOW",
}
_SIGN = re.compile(r"[=!<>]=?")
_LABEL_KEY = re.compile(r"label\.[^=!<>|,'\" ]+")
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,7}")
_HOST = re.compile(r"([A-Za-z0-9._*?-]|\[[0-9,-]+\])+")
_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(|[mgt](?:ib)?)", re.IGNORECASE)
_UNITS = {"m": 1, "g": 1024, "t": 1024 * 1024}

Term = Tuple[str, str, List[str]]
"""Its key, its operator, and its values."""


def constraint(what: str, value: Any) -> str:
    """The text of terms that all have to hold.

    :param what: it is of, for people
    :raises ValueError: for what cannot be read, with what to write instead
    """
    text = _text(what, value)
    for key, operator, values in _reading(what, text):
        if key == _NODE:
            by = "exclude" if operator == "NOT_EQUAL" else "nodelist"
            raise ValueError("%s: nodes are named by %s, not by a term: %s" % (what, by, ",".join(values)))
    return text


def preference(what: str, value: Any) -> str:
    """The text of terms that would better hold; ``node=`` may be one of them."""
    text = _text(what, value)
    _reading(what, text)
    return text


def nodes(what: str, value: Any) -> str:
    """The text of a list of names of nodes: ``gpu-0[1-4],gpu-9``."""
    text = _text(what, value)
    _hosts(what, text)
    return text


def where(task: Dict[str, Any]) -> Dict[str, Any]:
    """What a task says, as it is sent; empty: nothing."""
    made = {
        "nodes": _hosts("nodelist", task.get("nodelist", "")),
        "excluded": _hosts("exclude", task.get("exclude", "")),
        "must": _sent(_reading("constraint", task.get("constraint", ""))),
        "prefer": _sent(_reading("prefer", task.get("prefer", ""))),
    }
    return {key: value for key, value in made.items() if value}


def _sent(terms: List[Term]) -> List[Dict[str, Any]]:
    return [{"key": key, "operator": "OPERATOR_" + operator, "values": values} for key, operator, values in terms]


def _text(what: str, value: Any) -> str:
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
        raise ValueError("%s is a text or a list of texts, not %r" % (what, value))
    return ",".join(parts)


def _reading(what: str, text: str) -> List[Term]:
    try:
        return list(parse(text))
    except ValueError as problem:
        raise ValueError("%s: %s" % (what, problem)) from None


def _hosts(what: str, text: str) -> List[str]:
    try:
        return [_host(part.strip()) for part in _split(text, ",")] if text.strip() else []
    except ValueError as problem:
        raise ValueError("%s: %s" % (what, problem)) from None


def parse(text: str) -> Iterator[Term]:
    """The terms of a text.

    :raises ValueError: for what is none, with what to write instead
    """
    for part in _split(text, ",") if text.strip() else ():
        if not part.strip():
            raise ValueError("'%s' has a comma with nothing beside it" % text.strip())
        yield _term(part.strip())


def _term(text: str) -> Term:
    sign = _SIGN.search(text)
    if sign is not None and sign.start() == 0 and text.startswith("!"):
        key = text[1:].strip()
        if _LABEL_KEY.fullmatch(key):
            return key, "ABSENT", []
        raise ValueError("'%s': only a label can be absent: !label.KEY" % text)
    key = (text if sign is None else text[: sign.start()]).strip()
    is_label = bool(_LABEL_KEY.fullmatch(key))
    if sign is None:
        if is_label:
            return key, "PRESENT", []
        if key in _EXAMPLES:
            raise ValueError("%s needs a value: %s" % (key, _EXAMPLES[key]))
    if sign is None or not (is_label or key in _EXAMPLES):
        _unknown(key)
    written = sign.group()
    if written not in _OPERATORS:
        raise ValueError("'%s': a '!' is followed by '=' there" % text)
    if written[0] in "<>" and (is_label or key in (_MODEL, _KIND, _NODE)):
        raise ValueError("%s is a word: compare it by = or !=, not %s" % (key, written))
    return key, _OPERATORS[written], _values(key, written, text[sign.end() :])


def _values(key: str, sign: str, text: str) -> List[str]:
    values = []
    for part in _split(text, "|"):
        value = _unquoted(part.strip())
        if not value:
            raise ValueError(
                "%s%s needs a value: %s" % (key, "=" if sign == "==" else sign, _EXAMPLES.get(key, key + "=VALUE"))
            )
        values.append(_READERS.get(key, str)(value))
    if len(values) > 1 and key in (_MEMORY, _DRIVER):
        raise ValueError("%s takes one value, not %d" % (key, len(values)))
    return values


def _memory(value: str) -> str:
    match = _SIZE.fullmatch(value)
    number, unit = match.groups() if match else ("", "")
    if not match or (not unit and "." in number):
        raise ValueError("%s is compared with an amount, not with '%s': %s" % (_MEMORY, value, _EXAMPLES[_MEMORY]))
    mib = float(number) * _UNITS[unit[0].lower()] if "." in number else int(number) * _UNITS[(unit or "m")[0].lower()]
    whole = int(mib) + (mib > int(mib))
    if whole <= 0:
        raise ValueError("%s is above 0, not '%s': %s" % (_MEMORY, value, _EXAMPLES[_MEMORY]))
    return str(whole)


def _version(value: str) -> str:
    if not _VERSION.fullmatch(value):
        raise ValueError("%s is a version, not '%s': %s" % (_DRIVER, value, _EXAMPLES[_DRIVER]))
    return value


def _host(value: str) -> str:
    good = bool(_HOST.fullmatch(value))
    for ranges in re.findall(r"\[([^]]*)\]", value) if good else ():
        for part in ranges.split(","):
            match = _RANGE.fullmatch(part)
            good = good and match is not None and int(match.group(1)) <= int(match.group(2) or match.group(1))
    if not good:
        raise ValueError("'%s' names no node: write for example gpu-01, gpu-0[1-4] or gpu-*" % value)
    return value


_READERS = {_MEMORY: _memory, _DRIVER: _version, _NODE: _host}


def _split(text: str, separator: str) -> List[str]:
    """Between separators that stand neither in quotes nor in brackets."""
    parts, quote, brackets, start = [], "", False, 0
    for i, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[]":
            brackets = char == "["
        elif char == separator and not brackets:
            parts.append(text[start:i])
            start = i + 1
    if quote:
        raise ValueError("'%s' has a quote that is not closed" % text.strip())
    parts.append(text[start:])
    return parts


def _unquoted(value: str) -> str:
    quotes = len(value) >= 2 and value[0] in "\"'" and value.index(value[0], 1) == len(value) - 1
    return value[1:-1] if quotes else value


def _unknown(key: str) -> NoReturn:
    near = [known for known in _EXAMPLES if known.endswith("." + key)]
    near += [known for known in _EXAMPLES if _distance(key, known) <= 2]
    raise ValueError(
        "there is no '%s'; %s"
        % (
            key,
            "did you mean %s ?" % _EXAMPLES[near[0]]
            if near
            else "there are: %s, and label.KEY for the labels of nodes" % ", ".join(_EXAMPLES),
        )
    )


def _distance(one: str, other: str) -> int:
    """Edits between two words."""
    last = list(range(len(other) + 1))
    for i, char in enumerate(one):
        row = [i + 1]
        for j, there in enumerate(other):
            row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (char != there)))
        last = row
    return last[-1]
