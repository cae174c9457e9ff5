"""Calls of a coordinator over HTTP, by the rules of the Connect protocol."""

import json
import os
import re
import socket
import time
from typing import Any, Dict, Optional, Tuple

from cattino._errors import NO_SERVER, NO_SERVER_HINT, CattinoError
from cattino._server import Address, Target, insecure_plaintext

__all__ = ["Connection", "new_id"]

_CONNECT_SECONDS = 3.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_UNLIMITED_RETRY_SECONDS = 5.0
_ELECTION_SECONDS = 10.0
"""Of several coordinators one leads by then, though the one before froze and keeps its connections open."""
_FIRST_SHARE = 0.2
"""Of the time, for each of several coordinators to answer in the first round; all of it in the next ones."""
_ROUNDS_TIME = 1.4
"""So much longer is tried: the first round, and one in which a coordinator that is slow has all the time."""
_LARGE_BYTES, _LARGE_SECONDS = 1 << 20, 60.0
"""A request of more bytes has at least so many seconds."""
_UNAVAILABLE = 503
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A ULID: 48 bits of time and 80 of chance; a write that is repeated under it is one write."""
    number = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(_BASE32[number >> shift & 31] for shift in range(125, -1, -5))


class Connection:
    """Makes calls, each on a connection of its own, and repeats those whose failure may pass.

    :param timeout: seconds for a call with all its repetitions, at least 10 if there are several coordinators; 0: as
        long as the answer takes
    """

    def __init__(self, target: Target, timeout: float) -> None:
        self.target = target
        self.timeout = timeout

    def call(self, method: str, request: Dict[str, Any]) -> Dict[str, Any]:
        """The answer to a request of ``TaskService``. What writes has a ``requestId``, so it may be repeated.

        :raises CattinoError: if it is refused, or nobody answers in time
        """
        body = json.dumps(request).encode("ascii")
        limit = max(self.timeout, _LARGE_SECONDS) if self.timeout and len(body) > _LARGE_BYTES else self.timeout
        begin = time.monotonic()
        share = whole = None
        if limit and len(self.target.addresses) > 1:
            share, whole = _FIRST_SHARE * limit, limit
            limit = max(_ROUNDS_TIME * limit, _ELECTION_SECONDS)
        end = begin + limit if limit else None
        last = begin + (limit or _UNLIMITED_RETRY_SECONDS)
        pause = _FIRST_PAUSE
        while True:
            try:
                return self._of_any(method, body, end, share)
            except CattinoError as error:
                if not error.passes or self._is_hopeless(error) or time.monotonic() + pause >= last:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            share = whole

    def _is_hopeless(self, error: CattinoError) -> bool:
        return error.reason == NO_SERVER and not self.target.exists

    def _of_any(self, method: str, body: bytes, end: Optional[float], share: Optional[float]) -> Dict[str, Any]:
        """Asks one address after the other, until one answers, each for its share of the time."""
        for address in self.target.addresses[:-1]:
            try:
                return self._ask(address, method, body, _sooner(end, share))
            except CattinoError as error:
                if not error.passes:
                    raise
        return self._ask(self.target.addresses[-1], method, body, _sooner(end, share))

    def _ask(self, address: Address, method: str, body: bytes, end: Optional[float]) -> Dict[str, Any]:
        token = self.target.token()
        try:
            return self._exchange(address, method, body, end, token)
        except CattinoError as error:
            if error.code != "unauthenticated":
                raise
            if self.target.token() == token:
                raise CattinoError(error.code, error.message, self.target.token_hint(), error.reason) from None
        # A new server has written another one meanwhile.
        return self._exchange(address, method, body, end, self.target.token())

    def _exchange(
        self, address: Address, method: str, body: bytes, end: Optional[float], token: Optional[str]
    ) -> Dict[str, Any]:
        if not address.is_here() and not insecure_plaintext():
            raise CattinoError(
                "failed_precondition",
                "%s is another machine, and all that is said to it, the token too, would go unencrypted" % address.host,
                "on a network that you trust: export CATTINO_INSECURE_PLAINTEXT=1",
            )
        headers = {"Content-Type": "application/json", "Connect-Protocol-Version": "1", "User-Agent": "cattino-python"}
        if token:
            headers["Authorization"] = "Bearer " + token
        left = None
        if end is not None:
            left = max(0.001, end - time.monotonic())
            headers["Connect-Timeout-Ms"] = str(min(int(left * 1000) + 1, 9_999_999_999))
        status, kind, content = _post(address, "/cattino.v1.TaskService/" + method, body, headers, left)
        try:
            answer = json.loads(content.decode("utf-8")) if kind == "application/json" else None
        except ValueError:
            answer = None
        if status == 200 and isinstance(answer, dict):
            return answer
        raise _refusal(address, status, answer)


def _sooner(end: Optional[float], share: Optional[float]) -> Optional[float]:
    return end if end is None or share is None else min(end, time.monotonic() + share)


def _post(
    address: Address, path: str, body: bytes, headers: Dict[str, str], left: Optional[float]
) -> Tuple[int, str, bytes]:
    """Status, type and content of what comes back."""
    import http.client  # pylint: disable=import-outside-toplevel  # tasks that import us should start fast

    connection = http.client.HTTPConnection(
        address.dialled(), address.http_port, timeout=min(_CONNECT_SECONDS, left or _CONNECT_SECONDS)
    )
    try:
        try:
            connection.connect()
        except OSError as problem:
            raise CattinoError(
                "unavailable",
                "no server answers at %s: %s" % (address, problem.strerror or problem),
                NO_SERVER_HINT,
                NO_SERVER,
            ) from None
        connection.sock.settimeout(left)
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return response.status, (response.getheader("Content-Type") or "").split(";")[0].strip(), response.read()
    except socket.timeout as problem:
        raise CattinoError("deadline_exceeded", "%s did not answer %s in time" % (address, path[1:])) from problem
    except (OSError, http.client.HTTPException) as problem:
        text = "%s broke off %s: %s" % (address, path[1:], problem or "no answer")
        raise CattinoError("unavailable", text) from problem
    finally:
        connection.close()


def _refusal(address: Address, status: int, answer: Any) -> CattinoError:
    if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
        code = "unavailable" if status == _UNAVAILABLE else "unknown"
        return CattinoError(code, "what answers at %s is no coordinator: HTTP %d" % (address, status))
    reason = hint = ""
    for detail in answer.get("details", ()):
        info = detail.get("debug", {}) if detail.get("type") == "google.rpc.ErrorInfo" else {}
        reason = info.get("reason", reason)
        hint = info.get("metadata", {}).get("hint", hint)
    hint = re.sub(r"--override (\w+)", r'override="\1"', hint)  # an option to the command line, an argument here
    return CattinoError(answer["code"], str(answer.get("message") or "HTTP %d" % status), hint, reason)
