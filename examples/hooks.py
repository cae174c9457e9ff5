"""Python before and after a command, on the machine that runs it: ./meow create examples/hooks.py --wait

What hooks print is in hooks.log: ./meow logs -s hooks timed
"""

import time

import cattino
from cattino.tasks import ProcTask


class Timed(ProcTask):
    async def on_start(self):
        await super().on_start()
        self.began = time.time()
        print("devices:", self.assigned_device_indices)

    async def on_end(self):
        await super().on_end()
        print("%s after %.1f s" % (self.status, time.time() - self.began))


cattino.export(Timed("sleep 1", task_name="timed", requires_memory_per_device=100))
