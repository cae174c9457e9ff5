"""One training for each combination: ./meow create examples/sweep.py -m -- lr=[0.1,0.5,1.0] epochs=[5,20]"""

import os
import sys

import cattino
from cattino.tasks import ProcTask

HERE = os.path.dirname(os.path.abspath(__file__))
options = dict(argument.split("=", 1) for argument in sys.argv[1:])

cattino.export(
    ProcTask(
        ["python3", os.path.join(HERE, "train.py"), "--lr", options.get("lr", "0.5"), "--epochs", options.get("epochs", "20")],
        task_name="run",
        requires_memory_per_device=100,
        labels=options,
    )
)
