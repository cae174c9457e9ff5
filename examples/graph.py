"""Four parts are made beside each other and then put together: ./meow create examples/graph.py --wait"""

import cattino
from cattino.tasks import ProcTask, TaskGraph, TaskGroup

prepare = ProcTask("sh -c 'seq 1 100 > ${run_dir}/numbers; echo prepared'", task_name="prepare")
parts = [
    ProcTask(
        "sh -c \"awk 'NR %% 4 == %d {s += $1} END {print s}' ${run_dir}/numbers | tee ${run_dir}/part-%d\"" % (part, part),
        task_name="part-%d" % part,
    )
    for part in range(4)
]
add = ProcTask("sh -c \"cat ${run_dir}/part-* | awk '{s += $1} END {print s}'\"", task_name="add")

graph = TaskGraph()
for part in parts:
    graph.add_edge(prepare, part)
    graph.add_edge(part, add)

cattino.export(TaskGroup([prepare, *parts, add], execute_strategy=graph, group_name="sum"))
