"""A function as a task, which asks to be tried again until it likes the weather: ./meow create examples/function.py --wait"""

import os

import cattino
from cattino.tasks import ProcTask


def measure():
    attempt = int(os.environ["CATTINO_ATTEMPT"])
    print("attempt", attempt)
    if attempt < 3:
        cattino.exit_and_retry()
    print("measured")


cattino.export(ProcTask(measure, task_name="measure"))
