# Works out an expression over `task`: argument 1 is the expression, standard input a JSON array of tasks.
# Writes a 1 or a 0 for each of them. Python 3.8 or newer, standard library only.
import contextlib
import datetime
import json
import os
import re
import sys


class Map(dict):
    """A map whose entries are attributes too; one that is not there is None."""

    def __getattr__(self, name):
        return self.get(name)


class Word(str):
    """A status: equal to a text however that is capitalised."""

    def __eq__(self, other):
        return isinstance(other, str) and str.__eq__(self, other.capitalize())

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


class Task:
    def __init__(self, fields):
        self.__dict__.update(fields)
        self.status = Word(self.status)


try:
    code = compile(sys.argv[1].strip(), "<filter>", "eval")
    known = {"datetime": datetime, "json": json, "re": re}
    tasks = json.loads(sys.stdin.buffer.read().decode("utf-8"), object_hook=Map)
    # What the expression itself prints is no answer.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        truths = ["1" if eval(code, dict(known, task=Task(task))) else "0" for task in tasks]
    print("".join(truths))
except (Exception, SystemExit) as e:
    sys.exit("%s: %s" % (type(e).__name__, e))
