"""Magic strings."""

import unittest

from cattino import Magics
from cattino.utils import join_expressions, split_params


class MagicStrings(unittest.TestCase):
    def setUp(self):
        saved = dict(Magics._resolvers), dict(Magics._constants)
        self.addCleanup(setattr, Magics, "_resolvers", saved[0])
        self.addCleanup(setattr, Magics, "_constants", saved[1])

    def test_know_variables_and_leave_what_they_do_not_know(self):
        self.assertEqual(Magics.resolve("${a}-${b} $c", a=1), "1-${b} $c")
        self.assertEqual(Magics.resolve("$${a}", a=1), "${a}")

    def test_evaluate(self):
        self.assertEqual(Magics.resolve("${eval: 1+2}"), "3")
        self.assertEqual(Magics.resolve("${eval: '1+2'}"), "3")
        self.assertEqual(Magics.resolve("${eval: '${x} * 2'}", x=4), "8")
        self.assertEqual(Magics.resolve("${eval: nonsense(}"), "${eval: nonsense(}")
        self.assertEqual(Magics.resolve("${eval: '${x} * 2'}"), "${eval: '${x} * 2'}")

    def test_take_resolvers_and_constants(self):
        Magics.register_new_resolver("add", lambda a, b: int(a) + int(b))
        Magics.register_new_constant("data", "/data/${user}")
        self.assertEqual(Magics.resolve("${add: 1, ${add: 2, 3}}"), "6")
        self.assertEqual(Magics.resolve("${data}", user="ann"), "/data/ann")
        self.assertTrue(Magics.needs_python("x ${add: 1, ${node}}"))
        self.assertFalse(Magics.needs_python("${fullname}"))
        self.assertRaises(ValueError, Magics.register_new_resolver, "x", 5)
        self.assertRaises(ValueError, Magics.register_new_constant, "x", 5)

    def test_a_value_that_leads_to_itself_ends(self):
        Magics.register_new_constant("a", "${b}")
        Magics.register_new_constant("b", "${a}")
        self.assertIn(Magics.resolve("${a}"), ("${a}", "${b}"))

    def test_an_expression_that_was_split_at_blanks_is_one_word_again(self):
        self.assertEqual(join_expressions(["a", "${f:", "x", "${y}}", "b"]), ["a", "${f: x ${y}}", "b"])
        self.assertEqual(join_expressions(["a", "${never", "closed"]), ["a", "${never", "closed"])

    def test_split_at_commas_outside_quotes_and_brackets(self):
        self.assertEqual(split_params(" a, 'b,c', f(1,2), [3,4] "), ["a", "'b,c'", "f(1,2)", "[3,4]"])
        self.assertEqual(split_params(""), [])


if __name__ == "__main__":
    unittest.main()
