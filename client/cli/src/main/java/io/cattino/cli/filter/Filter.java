package io.cattino.cli.filter;

import io.cattino.cli.filter.Expr.Comparison;
import io.cattino.cli.filter.FilterException.Beyond;
import io.cattino.cli.filter.FilterException.Wrong;
import io.cattino.cli.filter.Values.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An expression over {@code task}, in the part of Python that needs no Python: {@code and or not},
 * comparisons, {@code in}, {@code is None}, literals, attributes, subscripts, a few methods of
 * text, {@code len()} and plain arithmetic. Immutable.
 */
public final class Filter {

    private final Expr expression;

    private Filter(Expr expression) {
        this.expression = expression;
    }

    /**
     * Reads an expression.
     *
     * @throws Wrong if it is no expression
     * @throws Beyond if only Python can tell
     */
    public static Filter parse(String text) {
        return new Filter(Parser.parse(text));
    }

    /**
     * Whether it is true of a task.
     *
     * @param task its fields: null, truth, numbers, text, {@link Word}s, lists and maps of these
     * @throws Wrong if it fails as it would in Python
     * @throws Beyond if only Python can tell
     */
    public boolean matches(Map<String, @Nullable Object> task) {
        return Values.truth(value(expression, task));
    }

    private static @Nullable Object value(Expr expression, Map<String, @Nullable Object> task) {
        return switch (expression) {
            case Expr.Constant(var value) -> value;
            case Expr.Task _ -> throw new Beyond("'task' by itself");
            case Expr.Sequence(var elements, boolean tuple) -> sequence(elements, tuple, task);
            case Expr.Attribute(Expr of, String name) -> attribute(of, name, task);
            case Expr.Subscript(Expr of, Expr index) ->
                    Values.item(value(of, task), value(index, task));
            case Expr.Method(Expr of, String name, var arguments) ->
                    method(value(of, task), name, values(arguments, task));
            case Expr.Length(Expr of) -> Values.length(value(of, task));
            case Expr.Sign(boolean minus, Expr of) -> Values.negative(value(of, task), minus);
            case Expr.Arithmetic(Expr left, String operator, Expr right) ->
                    Values.arithmetic(value(left, task), operator, value(right, task));
            case Comparison comparison -> compares(comparison, task);
            case Expr.Not(Expr of) -> !Values.truth(value(of, task));
            case Expr.Junction(boolean and, var parts) -> junction(and, parts, task);
        };
    }

    private static List<@Nullable Object> values(
            List<Expr> expressions, Map<String, @Nullable Object> task) {
        List<@Nullable Object> values = new ArrayList<>();
        expressions.forEach(one -> values.add(value(one, task)));
        return values;
    }

    private static Object sequence(
            List<Expr> elements, boolean tuple, Map<String, @Nullable Object> task) {
        List<@Nullable Object> values = values(elements, task);
        return tuple ? new Tuple(values) : values;
    }

    /** Of the task a field; of a map what it holds by that name, if anything. */
    private static @Nullable Object attribute(
            Expr of, String name, Map<String, @Nullable Object> task) {
        if (of instanceof Expr.Task) {
            if (!task.containsKey(name)) {
                throw new Wrong("a task has no attribute '%s'".formatted(name));
            }
            return Values.of(task.get(name));
        }
        Object owner = value(of, task);
        if (owner instanceof Map<?, ?> map) {
            return Values.of(map.get(name));
        }
        throw new Wrong("'%s' object has no attribute '%s'".formatted(Values.type(owner), name));
    }

    private static @Nullable Object method(
            @Nullable Object owner, String name, List<@Nullable Object> arguments) {
        return switch (owner) {
            case String text -> Strings.call(text, name, arguments);
            case Word word -> Strings.call(word.text(), name, arguments);
            case Map<?, ?> map when name.equals("get") && isKey(arguments) -> {
                Object key = arguments.getFirst();
                Object other = arguments.size() == 2 ? arguments.get(1) : null;
                yield map.containsKey(key) ? Values.of(map.get(key)) : other;
            }
            case null, default ->
                    throw new Wrong(
                            "'%s' object has no attribute '%s'"
                                    .formatted(Values.type(owner), name));
        };
    }

    private static boolean isKey(List<@Nullable Object> arguments) {
        return (arguments.size() == 1 || arguments.size() == 2)
                && arguments.getFirst() instanceof String;
    }

    private static boolean compares(Comparison comparison, Map<String, @Nullable Object> task) {
        Object left = value(comparison.first(), task);
        for (Comparison.Step step : comparison.steps()) {
            Object right = value(step.right(), task);
            if (!compares(left, step.operator(), right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static boolean compares(
            @Nullable Object left, String operator, @Nullable Object right) {
        return switch (operator) {
            case "==" -> Values.equal(left, right);
            case "!=" -> !Values.equal(left, right);
            case "in" -> Values.in(left, right);
            case "not in" -> !Values.in(left, right);
            case "is" -> same(left, right);
            case "is not" -> !same(left, right);
            default -> Values.ordered(left, operator, right);
        };
    }

    /** There is one None, one True and one False; what else is one, only Python knows. */
    private static boolean same(@Nullable Object left, @Nullable Object right) {
        if (right != null && !(right instanceof Boolean)) {
            throw new Beyond("'is' with " + Values.type(right));
        }
        return right == null ? left == null : right.equals(left);
    }

    private static @Nullable Object junction(
            boolean and, List<Expr> parts, Map<String, @Nullable Object> task) {
        Object last = null;
        for (Expr part : parts) {
            last = value(part, task);
            if (Values.truth(last) != and) {
                break;
            }
        }
        return last;
    }
}
