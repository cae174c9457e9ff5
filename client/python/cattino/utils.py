"""Magic strings, and the rules for names."""

import ast
import random
import re
import string
import unicodedata
from typing import Any, Callable, Dict, List

from cattino.constants import MAX_NAME_BYTES, RESERVED_NAMES

__all__ = ["Magics", "check_name", "is_valid_filename", "join_expressions", "split_params"]

_EXPRESSION = re.compile(r"\$\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_RESOLVER = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*:(.*)", re.DOTALL)
_LITERAL = "\0"
_PASSES = 32
_OPENING, _CLOSING = "([{", ")]}"


def split_params(text: str) -> List[str]:
    """Splits at commas that are in no quotes and no brackets; blanks around the parts are dropped."""
    parts, part, quote, depth = [], "", "", 0
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(part.strip())
            part = ""
            continue
        part += char
    if part.strip() or parts:
        parts.append(part.strip())
    return parts


def join_expressions(words: List[str]) -> List[str]:
    """With each expression in one word again that was split at its blanks."""
    joined: List[str] = []
    depth = 0
    for word in words:
        if depth:
            joined[-1] += " " + word
        else:
            joined.append(word)
        depth = max(0, joined[-1].count("{") - joined[-1].count("}")) if "${" in joined[-1] else 0
    return joined if not depth else list(words)


def is_valid_filename(name: Any) -> bool:
    """Whether a task or a group may have this name."""
    try:
        check_name(name)
    except (TypeError, ValueError):
        return False
    return True


def check_name(name: Any) -> str:
    """The name itself.

    :raises TypeError: if it is no string
    :raises ValueError: if no task or group may be called that; the message says why
    """
    if not isinstance(name, str):
        raise TypeError("a name is a string, not %r" % (name,))
    problem = ""
    if not name:
        problem = "it is empty"
    elif len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        problem = "it is longer than %d bytes" % MAX_NAME_BYTES
    elif name in RESERVED_NAMES:
        problem = "that word has a meaning of its own"
    elif name[0] in "-@":
        problem = "it begins with '%s'" % name[0]
    else:
        for char in name:
            if char in "/*?[]":
                problem = "it holds '%s'" % char
            elif unicodedata.category(char) in ("Cc", "Cf", "Cs"):
                problem = "it holds the character U+%04X" % ord(char)
    if problem:
        raise ValueError("%r is no name for a task or a group: %s" % (name, problem))
    return name


class _Names:
    """Names for what has none, the same in every run of a script that is given the same seed."""

    def __init__(self) -> None:
        self._random = random.Random()

    def seed(self, seed: str) -> None:
        self._random.seed("names of " + seed)

    def next(self) -> str:
        return "".join(self._random.choices(string.ascii_letters + string.digits, k=5))


random_names = _Names()


class Magics:
    """``${...}`` in strings: variables, constants, and resolvers, which are functions of text.

    What nobody knows, and what fails, stays as it stands; ``$${`` is a literal ``${``.
    """

    _resolvers: Dict[str, Callable[..., Any]] = {}
    _constants: Dict[str, str] = {}

    @classmethod
    def register_new_resolver(cls, name: str, resolver: Callable[..., Any]) -> None:
        """Makes ``${name: a, b}`` mean ``resolver("a", "b")``.

        :raises ValueError: if it cannot be called
        """
        if not callable(resolver):
            raise ValueError("the resolver %r must be a function, not %r" % (name, resolver))
        cls._resolvers[name] = resolver

    @classmethod
    def register_new_constant(cls, name: str, value: str) -> None:
        """Makes ``${name}`` mean ``value``.

        :raises ValueError: if one of them is no string
        """
        if not isinstance(name, str) or not isinstance(value, str):
            raise ValueError("a magic constant and its value are strings, not %r: %r" % (name, value))
        cls._constants[name] = value

    @classmethod
    def own_resolvers(cls) -> List[str]:
        """Names of the resolvers that were registered beside ``eval``."""
        return sorted(name for name in cls._resolvers if name != "eval")

    @classmethod
    def resolve(cls, text: str, **variables: Any) -> str:
        """The text with everything resolved that can be, again and again until nothing changes.

        A value that leads to itself ends after 32 rounds.
        """
        current = text.replace("$${", _LITERAL)
        for _ in range(_PASSES):
            resolved = _EXPRESSION.sub(lambda match: cls._value(match, variables), current)
            if resolved == current:
                break
            current = resolved
        return current.replace(_LITERAL, "${")

    @classmethod
    def resolve_early(cls, text: str) -> str:
        """What is known now; the node resolves the rest, so that ``$${`` stays ``$${``."""
        return cls.resolve(text.replace("$${", "$$${"))

    @classmethod
    def needs_python(cls, text: str) -> bool:
        """Whether something is left in it that only a resolver can replace."""
        return any(
            call is not None and call.group(1) in cls._resolvers
            for call in (_RESOLVER.fullmatch(found) for found in _EXPRESSION.findall(text.replace("$${", _LITERAL)))
        )

    @classmethod
    def _value(cls, match: "re.Match[str]", variables: Dict[str, Any]) -> str:
        inner = match.group(1)
        call = _RESOLVER.fullmatch(inner)
        if call is not None and call.group(1) in cls._resolvers:
            arguments = [_unquoted(cls.resolve(part, **variables)) for part in split_params(call.group(2))]
            if any(_EXPRESSION.search(argument) for argument in arguments):
                return match.group(0)  # an argument is not known yet
            try:
                return str(cls._resolvers[call.group(1)](*arguments))
            except Exception:  # pylint: disable=broad-except  # it is the user's code
                return match.group(0)
        name = inner.strip()
        for known in (cls._constants, variables):
            if name in known:
                return str(known[name])
        return match.group(0)


def _unquoted(text: str) -> str:
    """An argument in quotes as a whole, without them."""
    if len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0]:
        try:
            return str(ast.literal_eval(text))
        except (SyntaxError, ValueError):
            return text
    return text


def _evaluate(*expression: str) -> Any:
    return eval(", ".join(expression), {})  # pylint: disable=eval-used  # the user's own, on the user's side


Magics.register_new_resolver("eval", _evaluate)
