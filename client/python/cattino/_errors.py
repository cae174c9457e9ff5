"""What calls fail with."""

__all__ = ["NO_SERVER", "NO_SERVER_HINT", "CattinoError"]

NO_SERVER = "NO_SERVER"
NO_SERVER_HINT = (
    "start one here: meow run, or let meow create do it; for one elsewhere: CATTINO_COORDINATOR=HOST:PORT/HTTP-PORT"
)
_PASSING = ("unavailable", "aborted", "canceled", "deadline_exceeded")


class CattinoError(RuntimeError):
    """What a coordinator refused, or that none answered; the text ends with what would help."""

    def __init__(self, code: str, message: str, hint: str = "", reason: str = "") -> None:
        super().__init__(message + ("\n" + hint if hint else ""))
        self.message = message
        """What happened, without the hint."""
        self.code = code
        """In the words of the Connect protocol: ``not_found``, ``already_exists``, ``unavailable``, ..."""
        self.reason = reason
        """More exactly than the code, in capitals: ``NAME_TAKEN``, ...; empty if nobody said it."""
        self.hint = hint
        """What would help, often a command; may be empty."""
        self.passes = code in _PASSING or reason == "NOT_LEADER"
        """Whether the same may succeed in a moment."""
