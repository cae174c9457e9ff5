"""Trains a model, and evaluates it when that is done: ./meow create examples/pipeline.py --wait"""

import os

import cattino
from cattino.tasks import ProcTask, TaskGroup

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = "${run_dir}/model.json"  # known when the tasks run: the directory of this submission

train = ProcTask(
    ["python3", os.path.join(HERE, "train.py"), "--out", MODEL],
    task_name="train",
    min_devices=1,
    requires_memory_per_device=100,  # MiB; without a GPU, of the host's memory
)
evaluate = ProcTask(
    ["python3", os.path.join(HERE, "evaluate.py"), MODEL],
    task_name="eval",
    min_devices=1,
    requires_memory_per_device=100,
)

cattino.export(TaskGroup([train, evaluate], execute_strategy="sequential", group_name="pipeline"))
