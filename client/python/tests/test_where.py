"""Where tasks may run: what people write, and what is sent of it."""

import unittest
from pathlib import Path

from cattino import _where
from cattino.tasks import ProcTask

CASES = Path(__file__).parent / "where.cases"


def shown(terms):
    return "; ".join(" ".join([key, operator, " | ".join(values)]).strip() for key, operator, values in terms)


class Where(unittest.TestCase):
    def test_reads_what_people_write(self):
        read = 0
        for line in CASES.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            read += 1
            with self.subTest(line):
                if " => " in line:
                    text, _, meant = line.partition(" => ")
                    self.assertEqual(shown(_where.parse(text)), meant.strip())
                else:
                    text, _, told = line.partition(" !> ")
                    with self.assertRaises(ValueError) as caught:
                        list(_where.parse(text))
                    self.assertIn(told, str(caught.exception))
        self.assertGreater(read, 40)

    def test_tasks_keep_the_text(self):
        task = ProcTask(
            "true",
            constraint=["gpu.model=A100|H100", "gpu.memory>=40G"],
            nodelist="gpu-0[1-4]",
            exclude=["gpu-02", "gpu-03"],
            prefer="label.rack=r1",
        )
        self.assertEqual(
            task.extra,
            {
                "constraint": "gpu.model=A100|H100,gpu.memory>=40G",
                "nodelist": "gpu-0[1-4]",
                "exclude": "gpu-02,gpu-03",
                "prefer": "label.rack=r1",
            },
        )
        self.assertEqual(
            _where.where(task.extra),
            {
                "nodes": ["gpu-0[1-4]"],
                "excluded": ["gpu-02", "gpu-03"],
                "must": [
                    {"key": "gpu.model", "operator": "OPERATOR_EQUAL", "values": ["A100", "H100"]},
                    {"key": "gpu.memory", "operator": "OPERATOR_AT_LEAST", "values": ["40960"]},
                ],
                "prefer": [{"key": "label.rack", "operator": "OPERATOR_EQUAL", "values": ["r1"]}],
            },
        )
        self.assertEqual(_where.where(ProcTask("true").extra), {})

    def test_says_of_which_keyword_it_speaks(self):
        for keywords, told in (
            ({"constraint": "gpu.modle=A100"}, "constraint: there is no 'gpu.modle'; did you mean gpu.model=A100 ?"),
            ({"constraint": "node=gpu-01"}, "constraint: nodes are named by nodelist, not by a term: gpu-01"),
            ({"constraint": "node!=gpu-01"}, "constraint: nodes are named by exclude, not by a term: gpu-01"),
            ({"nodelist": "gpu 01"}, "nodelist: 'gpu 01' names no node"),
            ({"exclude": ["a", 3]}, "exclude is a text or a list of texts, not"),
            ({"prefer": 3}, "prefer is a text or a list of texts, not 3"),
        ):
            with self.subTest(keywords), self.assertRaises(ValueError) as caught:
                ProcTask("true", **keywords)
            self.assertIn(told, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
