package io.cattino.cli.filter;

import io.cattino.cli.filter.FilterException.Beyond;
import io.cattino.cli.filter.FilterException.Wrong;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Python's rules for values. A value is null, {@link Boolean}, {@link Long}, {@link Double}, {@link
 * String}, {@link Word}, {@link List}, {@link Tuple} or {@link Map}.
 */
final class Values {

    /** Up to here every integer is a double. */
    private static final long EXACT = 1L << 53;

    private Values() {}

    /** A tuple. */
    record Tuple(List<@Nullable Object> elements) {}

    /** The value in these types; a number of another type becomes one of them. */
    static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case Integer number -> (Long) number.longValue();
            case Float number -> (Double) number.doubleValue();
            case null, default -> value;
        };
    }

    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "NoneType";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case String _, Word _ -> "str";
            case List<?> _ -> "list";
            case Tuple _ -> "tuple";
            default -> "dict";
        };
    }

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Word word -> !word.text().isEmpty();
            case List<?> list -> !list.isEmpty();
            case Tuple tuple -> !tuple.elements().isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    static boolean equal(@Nullable Object left, @Nullable Object right) {
        Object a = number(left);
        Object b = number(right);
        if (a instanceof Number x && b instanceof Number y) {
            return isOrdered(x, y) && compare(x, y) == 0;
        }
        if (a instanceof Word word) {
            return b instanceof String text ? word.is(text) : word.equals(b);
        }
        if (b instanceof Word word) {
            return a instanceof String text && word.is(text);
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return equalAll(x, y);
        }
        if (a instanceof Tuple x && b instanceof Tuple y) {
            return equalAll(x.elements(), y.elements());
        }
        return Objects.equals(a, b);
    }

    private static boolean equalAll(List<?> a, List<?> b) {
        boolean same = a.size() == b.size();
        for (int i = 0; same && i < a.size(); i++) {
            same = equal(of(a.get(i)), of(b.get(i)));
        }
        return same;
    }

    /** Whether the one stands to the other as the operator says: {@code < <= > >=}. */
    static boolean ordered(@Nullable Object left, String operator, @Nullable Object right) {
        Object a = text(number(left));
        Object b = text(number(right));
        int order;
        if (a instanceof Number x && b instanceof Number y) {
            if (!isOrdered(x, y)) {
                return false;
            }
            order = compare(x, y);
        } else if (a instanceof String x && b instanceof String y) {
            order = compare(x, y);
        } else if (a instanceof List<?> x && b instanceof List<?> y) {
            return orderedAll(x, operator, y);
        } else if (a instanceof Tuple x && b instanceof Tuple y) {
            return orderedAll(x.elements(), operator, y.elements());
        } else {
            throw new Wrong(
                    "'%s' not supported between instances of '%s' and '%s'"
                            .formatted(operator, type(left), type(right)));
        }
        return holds(order, operator);
    }

    private static boolean holds(int order, String operator) {
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static boolean orderedAll(List<?> a, String operator, List<?> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            Object x = of(a.get(i));
            Object y = of(b.get(i));
            if (!equal(x, y)) {
                return ordered(x, operator, y);
            }
        }
        return holds(Integer.compare(a.size(), b.size()), operator);
    }

    /** Whether the one is in the other. */
    static boolean in(@Nullable Object element, @Nullable Object container) {
        return switch (text(container)) {
            case String text -> {
                if (!(text(element) instanceof String part)) {
                    throw new Wrong(
                            "'in <string>' requires string as left operand, not " + type(element));
                }
                yield text.contains(part);
            }
            case List<?> list -> list.stream().anyMatch(one -> equal(of(one), element));
            case Tuple tuple -> tuple.elements().stream().anyMatch(one -> equal(one, element));
            case Map<?, ?> map -> {
                hashable(element);
                yield map.keySet().stream().anyMatch(key -> equal(key, element));
            }
            case null, default ->
                    throw new Wrong(
                            "argument of type '%s' is not iterable".formatted(type(container)));
        };
    }

    /** Only what never changes can be a key. */
    private static void hashable(@Nullable Object value) {
        switch (value) {
            case List<?> _, Map<?, ?> _ ->
                    throw new Wrong("unhashable type: '%s'".formatted(type(value)));
            case Tuple tuple -> tuple.elements().forEach(Values::hashable);
            case null, default -> {
                // It never changes.
            }
        }
    }

    static Long length(@Nullable Object value) {
        return switch (text(value)) {
            case String text -> (long) text.codePointCount(0, text.length());
            case List<?> list -> (long) list.size();
            case Tuple tuple -> (long) tuple.elements().size();
            case Map<?, ?> map -> (long) map.size();
            case null, default ->
                    throw new Wrong("object of type '%s' has no len()".formatted(type(value)));
        };
    }

    static @Nullable Object item(@Nullable Object of, @Nullable Object index) {
        return switch (text(of)) {
            case Map<?, ?> map -> {
                hashable(index);
                Object key = text(index);
                if (!map.containsKey(key)) {
                    throw new Wrong("KeyError: '%s'; .get('%s') gives None".formatted(key, key));
                }
                yield Values.of(map.get(key));
            }
            case List<?> list -> Values.of(list.get(position(index, list.size(), "list")));
            case Tuple tuple ->
                    tuple.elements().get(position(index, tuple.elements().size(), "tuple"));
            case String text -> {
                int[] points = text.codePoints().toArray();
                yield Character.toString(points[position(index, points.length, "string")]);
            }
            case null, default ->
                    throw new Wrong("'%s' object is not subscriptable".formatted(type(of)));
        };
    }

    private static int position(@Nullable Object index, int size, String what) {
        if (!(number(index) instanceof Long number)) {
            throw new Wrong("%s indices must be integers, not %s".formatted(what, type(index)));
        }
        long at = number < 0 ? number + size : number;
        if (at < 0 || at >= size) {
            throw new Wrong(what + " index out of range");
        }
        return (int) at;
    }

    /** {@code + - * / // %} of numbers, {@code +} of texts and sequences. */
    static Object arithmetic(@Nullable Object left, String operator, @Nullable Object right) {
        Object a = text(number(left));
        Object b = text(number(right));
        try {
            if (a instanceof Long x && b instanceof Long y) {
                return integers(x, operator, y);
            }
            if (a instanceof Number x && b instanceof Number y) {
                return decimals(exact(x), operator, exact(y));
            }
        } catch (ArithmeticException _) {
            throw new Beyond("a number of more than 64 bits");
        }
        boolean plus = operator.equals("+");
        if (plus && a instanceof String x && b instanceof String y) {
            return x + y;
        }
        if (a instanceof String || b instanceof String || isSequence(a) || isSequence(b)) {
            throw new Beyond("'%s' between %s and %s".formatted(operator, type(left), type(right)));
        }
        throw new Wrong(
                "unsupported operand type(s) for %s: '%s' and '%s'"
                        .formatted(operator, type(left), type(right)));
    }

    private static boolean isSequence(@Nullable Object value) {
        return value instanceof List<?> || value instanceof Tuple;
    }

    private static Object integers(long a, String operator, long b) {
        if (b == 0 && !"+-*".contains(operator)) {
            throw new Wrong("division by zero");
        }
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "/" -> exact(a) / exact(b);
            case "//" -> Math.floorDivExact(a, b);
            default -> Math.floorMod(a, b);
        };
    }

    private static Object decimals(double a, String operator, double b) {
        if (b == 0 && !"+-*".contains(operator)) {
            throw new Wrong("float division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> throw new Beyond("'//' of floats");
            default -> {
                double rest = a % b;
                yield rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
            }
        };
    }

    static Object negative(@Nullable Object value, boolean minus) {
        return switch (number(value)) {
            case Long number when minus && number == Long.MIN_VALUE ->
                    throw new Beyond("a number of more than 64 bits");
            case Long number -> (Long) (minus ? -number : number);
            case Double number -> (Double) (minus ? -number : number);
            case null, default ->
                    throw new Wrong(
                            "bad operand type for unary %s: '%s'"
                                    .formatted(minus ? "-" : "+", type(value)));
        };
    }

    private static double exact(Number number) {
        if (number instanceof Long whole && (whole > EXACT || whole < -EXACT)) {
            throw new Beyond("the number " + whole);
        }
        return number.doubleValue();
    }

    /** Truth is a number. */
    private static @Nullable Object number(@Nullable Object value) {
        return value instanceof Boolean truth ? (Long) (truth ? 1L : 0L) : value;
    }

    private static @Nullable Object text(@Nullable Object value) {
        return value instanceof Word word ? word.text() : value;
    }

    private static boolean isOrdered(Number a, Number b) {
        return !Double.isNaN(a.doubleValue()) && !Double.isNaN(b.doubleValue());
    }

    private static int compare(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        boolean finite = Double.isFinite(a.doubleValue()) && Double.isFinite(b.doubleValue());
        return finite
                ? decimal(a).compareTo(decimal(b))
                : Double.compare(a.doubleValue(), b.doubleValue());
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof Long whole
                ? BigDecimal.valueOf(whole)
                : new BigDecimal(number.doubleValue());
    }

    /** By characters, not by halves of them. */
    private static int compare(String a, String b) {
        int[] x = a.codePoints().toArray();
        int[] y = b.codePoints().toArray();
        return java.util.Arrays.compare(x, y);
    }
}
