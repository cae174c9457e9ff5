"""Which coordinators are meant and where the token for them is, by the same rules as ``meow``."""

import json
import os
import re
import socket
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Union

from cattino import _toml
from cattino._durations import seconds
from cattino._errors import NO_SERVER, NO_SERVER_HINT, CattinoError
from cattino.constants import DEFAULT_HOST, DEFAULT_PORT
from cattino.settings import home

__all__ = ["Address", "Target", "find", "insecure_plaintext", "timeout"]

_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^\s:/\[\],]+))(?::(\d{1,5})(?:/(\d{1,5}))?)?")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LAST_PORT = 65_535


class Address(NamedTuple):
    """Where a coordinator listens: its port for gRPC, and that for HTTP; 0: not known."""

    host: str
    port: int
    http_port: int

    def dialled(self) -> str:
        """The host, this one by its address: that is where the server listens."""
        return "127.0.0.1" if self.host.lower() == "localhost" else self.host

    def is_here(self) -> bool:
        """Whether it is certainly this machine."""
        return bool(re.fullmatch(r"localhost|::1|127(\.\d{1,3}){3}", self.host.lower()))

    def __str__(self) -> str:
        return "http://%s:%d" % ("[%s]" % self.host if ":" in self.host else self.host, self.http_port)


class _Local(NamedTuple):
    """A server that runs on this host, as its ``server.json`` tells."""

    port: int
    http_port: int
    token_file: Path

    def is_at(self, address: Address) -> bool:
        return address.is_here() and (address.http_port or self.http_port) == self.http_port and (
            address.port or self.port
        ) == self.port


class Target(NamedTuple):
    """Coordinators, any of which is asked, and the token for them.

    ``exists``: whether somebody said that they are there, or one of them runs on this host.
    """

    addresses: List[Address]
    secret: Optional[str]
    token_file: Optional[Path]
    exists: bool

    def token(self) -> Optional[str]:
        """What the coordinators want to hear, read anew; None if it is not known.

        :raises OSError: if its file cannot be read
        """
        if self.secret is not None or self.token_file is None:
            return self.secret
        try:
            return self.token_file.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def token_hint(self) -> str:
        """What a person can do about a refusal."""
        if self.secret is not None:
            return "the token is not the server's"
        if self.token_file is None:
            return "say where its token is: CATTINO_TOKEN_FILE, or cattino.client.Client(token=...)"
        return "is the token in %s the server's?" % self.token_file


def find(host: Optional[str] = None, http_port: Optional[int] = None, token: Optional[str] = None) -> Target:
    """The target of arguments, else of the environment, the configuration, the settings and this host.

    :param host: without a port for HTTP, it is that of this host's server, or 19193
    :raises ValueError: for an address that makes no sense, or whose port for HTTP is not known
    :raises CattinoError: if that is because nobody listens there
    """
    locals_ = _locals()
    chosen = _Choice(locals_)
    if host is not None or http_port is not None:
        made = Address(host or DEFAULT_HOST, 0, http_port or 0)
        if not http_port:
            made = made._replace(http_port=next((it.http_port for it in locals_ if it.is_at(made)), DEFAULT_PORT + 1))
        chosen.addresses, chosen.named = [made], True
    else:
        chosen.look()
        chosen.addresses = [_with_http(address, locals_) for address in chosen.addresses]
    running = any(local.is_at(address) for local in locals_ for address in chosen.addresses)
    return Target(chosen.addresses, token, None if token else chosen.token_file(), chosen.named or running)


def insecure_plaintext() -> bool:
    """Whether other machines are spoken to although nothing is encrypted: a variable or the user's own file says it."""
    said = os.environ.get("CATTINO_INSECURE_PLAINTEXT", "")
    if not said:
        said = str(_toml.read(_config_directory() / "cattino" / "config.toml", "").get("insecure-plaintext", "")).lower()
    return said in ("1", "true", "yes")


def timeout() -> float:
    """Seconds for one call, of the settings and the configuration: 5, unless they say otherwise; 0: no limit.

    :raises ValueError: for what is no duration
    """
    return seconds("the setting timeout", _Choice([]).setting("timeout") or "5s")


class _Choice:
    """Looks for addresses, and remembers what their origin means for the token."""

    def __init__(self, locals_: List[_Local]) -> None:
        self.locals = locals_
        self.project = _toml.read(Path("pyproject.toml"), "tool.cattino")
        self.own = _toml.read(home() / "settings.toml", "")
        self.config_file = _config_directory() / "cattino" / "config.toml"
        self.config = _toml.read(self.config_file, "")
        self.context: Dict[str, Any] = {}
        self.foreign = False
        self.named = False
        self.addresses: List[Address] = []

    def setting(self, key: str) -> str:
        """The first that says something: the project, the home, the user's configuration."""
        return next((str(it[key]) for it in (self.project, self.own, self.config) if str(it.get(key, ""))), "")

    def look(self) -> None:
        """Finds the addresses."""
        host, port = os.environ.get("CATTINO_HOST", ""), os.environ.get("CATTINO_PORT", "")
        listed = os.environ.get("CATTINO_COORDINATOR", "")
        if not listed and not host and not port:
            listed = self._of_context() or self.setting("coordinator")
            self.foreign = not self.context and bool(self.project.get("coordinator"))
        if listed:
            self.addresses, self.named = [_parse(part) for part in listed.split(",")], True
            return
        self.foreign = not host and bool(self.project.get("host"))
        host = host or self.setting("host") or DEFAULT_HOST
        port = port or self.setting("port")
        here = Address(host, 0, 0).is_here()
        if not port:
            port = str(self.locals[0].port if here and self.locals else DEFAULT_PORT)
        self.addresses = [_parse("%s:%s" % ("[%s]" % host if ":" in host and host[0] != "[" else host, port))]
        self.named = not here

    def _of_context(self) -> str:
        name = self.config.get("current-context", "")
        if not name:
            return ""
        for table in ("contexts." + name, 'contexts."%s"' % name):
            self.context = self.context or _toml.read(self.config_file, table)
        if not self.context.get("coordinator"):
            raise ValueError(
                "the context %r names no coordinator (%s): meow config contexts shows all" % (name, self.config_file)
            )
        return str(self.context["coordinator"])

    def token_file(self) -> Optional[Path]:
        """This host's own token is for its own server alone, and a project's file gets nobody's."""
        said = os.environ.get("CATTINO_TOKEN_FILE", "")
        if said:
            return Path(said)
        if self.foreign and not all(address.is_here() for address in self.addresses):
            return None
        configured = self.context.get("token-file") or self.config.get("token-file")
        if configured:
            return Path(configured).expanduser()
        for local in self.locals:
            if all(local.is_at(address) for address in self.addresses):
                return local.token_file
        return None


def _parse(text: str) -> Address:
    match = _ADDRESS.fullmatch(text.strip())
    if match:
        literal, name, port, http_port = match.groups()
        grpc = int(port or DEFAULT_PORT)
        http = int(http_port or (DEFAULT_PORT + 1 if grpc == DEFAULT_PORT else 0))
        if 1 <= grpc <= _LAST_PORT and http <= _LAST_PORT:
            return Address(literal or name, grpc, http)
    raise ValueError("cannot read %r as the address of a coordinator: write HOST:PORT or HOST:PORT/HTTP-PORT" % text)


def _with_http(address: Address, locals_: List[_Local]) -> Address:
    for local in locals_:
        if address.is_here() and address.port == local.port:
            return address._replace(http_port=local.http_port)
    if address.http_port:
        return address
    place = "%s:%d" % (address.host, address.port)
    if address.is_here():
        raise CattinoError("unavailable", "no server of this host is at %s" % place, NO_SERVER_HINT, NO_SERVER)
    raise ValueError("the HTTP port of %s is not known: CATTINO_COORDINATOR=%s/HTTP-PORT says it" % (place, place))


def _locals() -> List[_Local]:
    """The servers that run on this host and whose files are known: this home's, and a task's own."""
    directories = [home() / "hosts" / _hostname() / "server"]
    said = os.environ.get("CATTINO_TOKEN_FILE", "")
    if said:
        directories.append(Path(said).parent)
    found = [_read(directory) for directory in directories]
    return [local for local in found if local is not None]


def _read(directory: Path) -> Optional[_Local]:
    try:
        said = json.loads((directory / "server.json").read_text(encoding="utf-8"))
        local = _Local(int(said["grpcPort"]), int(said["httpPort"]), directory / "token")
        pid, boot = int(said["pid"]), str(said.get("bootId", ""))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return local if boot in ("", _text(_BOOT_ID) or boot) and _is_alive(pid) else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return pid > 0


def _text(path: Union[str, Path]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _hostname() -> str:
    return _text("/proc/sys/kernel/hostname") or socket.gethostname()


def _config_directory() -> Path:
    xdg = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(xdg) if xdg.startswith("/") else Path.home() / ".config"
