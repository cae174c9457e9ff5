package io.cattino.coordinator.wire;

import io.cattino.coordinator.core.Similar;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.Spelling;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Term.Order;
import io.cattino.coordinator.core.model.Where;
import io.cattino.proto.v1.Term.Operator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where tasks may run, as the core's values and as messages, both ways. A term is judged while it
 * is decoded: there is no other way to express one. Stateless; any thread.
 */
public final class WhereCodec {
    private static final List<String> KEYS =
            List.of(
                    Term.Model.KEY,
                    Term.Memory.KEY,
                    Term.Driver.KEY,
                    Term.Kind.KEY,
                    Term.Name.KEY,
                    Term.Label.PREFIX + "KEY");

    private static final Pattern VERSION = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){0,7}");
    private static final Pattern MIB = Pattern.compile("\\d{1,15}");

    private WhereCodec() {}

    public static io.cattino.proto.v1.Where encode(Where where) {
        io.cattino.proto.v1.Where.Builder out =
                io.cattino.proto.v1.Where.newBuilder()
                        .addAllNodes(where.nodes())
                        .addAllExcluded(where.excluded());
        where.must().forEach(term -> out.addMust(encode(term)));
        where.prefer().forEach(term -> out.addPrefer(encode(term)));
        return out.build();
    }

    /**
     * The other way.
     *
     * @throws IllegalArgumentException for a term that cannot be
     */
    public static Where decode(io.cattino.proto.v1.Where where) {
        return new Where(
                where.getNodesList(),
                where.getExcludedList(),
                where.getMustList().stream().map(WhereCodec::decode).toList(),
                where.getPreferList().stream().map(WhereCodec::decode).toList());
    }

    private static io.cattino.proto.v1.Term encode(Term term) {
        io.cattino.proto.v1.Term.Builder out =
                io.cattino.proto.v1.Term.newBuilder().setKey(term.key());
        return switch (term) {
            case Term.Name(boolean is, var values) -> words(out, is, values);
            case Term.Label(_, boolean is, var values) when values.isEmpty() ->
                    out.setOperator(is ? Operator.OPERATOR_PRESENT : Operator.OPERATOR_ABSENT)
                            .build();
            case Term.Label(_, boolean is, var values) -> words(out, is, values);
            case Term.Model(boolean is, var values) -> words(out, is, values);
            case Term.Kind(boolean is, var values) -> words(out, is, values);
            case Term.Memory(Order order, long mib) ->
                    out.setOperator(encode(order)).addValues(Long.toString(mib)).build();
            case Term.Driver(Order order, String version) ->
                    out.setOperator(encode(order)).addValues(version).build();
        };
    }

    private static io.cattino.proto.v1.Term words(
            io.cattino.proto.v1.Term.Builder out, boolean is, List<String> values) {
        return out.setOperator(is ? Operator.OPERATOR_EQUAL : Operator.OPERATOR_NOT_EQUAL)
                .addAllValues(values)
                .build();
    }

    private static Operator encode(Order order) {
        return switch (order) {
            case EQUAL -> Operator.OPERATOR_EQUAL;
            case NOT_EQUAL -> Operator.OPERATOR_NOT_EQUAL;
            case AT_LEAST -> Operator.OPERATOR_AT_LEAST;
            case AT_MOST -> Operator.OPERATOR_AT_MOST;
            case ABOVE -> Operator.OPERATOR_ABOVE;
            case BELOW -> Operator.OPERATOR_BELOW;
        };
    }

    /**
     * One term.
     *
     * @throws IllegalArgumentException if it cannot be; with what is wrong, for people
     */
    public static Term decode(io.cattino.proto.v1.Term term) {
        String key = term.getKey();
        if (key.startsWith(Term.Label.PREFIX) && key.length() > Term.Label.PREFIX.length()) {
            return label(key.substring(Term.Label.PREFIX.length()), term);
        }
        return switch (key) {
            case Term.Model.KEY -> new Term.Model(is(term), values(term));
            case Term.Kind.KEY -> new Term.Kind(is(term), values(term));
            case Term.Name.KEY -> name(term);
            case Term.Memory.KEY -> new Term.Memory(order(term), mib(only(term)));
            case Term.Driver.KEY -> new Term.Driver(order(term), version(only(term)));
            default -> throw unknown(key);
        };
    }

    private static IllegalArgumentException unknown(String key) {
        List<String> near = Similar.to(key, KEYS);
        return new IllegalArgumentException(
                "'%s' is nothing that can be asked for; %s"
                        .formatted(
                                key,
                                near.isEmpty()
                                        ? "there are: " + String.join(", ", KEYS)
                                        : "did you mean " + near.getFirst() + " ?"));
    }

    private static Term label(String label, io.cattino.proto.v1.Term term) {
        return switch (term.getOperator()) {
            case OPERATOR_PRESENT, OPERATOR_ABSENT -> {
                if (term.getValuesCount() > 0) {
                    throw bad(term, "takes no value there");
                }
                yield new Term.Label(
                        label, term.getOperator() == Operator.OPERATOR_PRESENT, List.of());
            }
            default -> new Term.Label(label, is(term), values(term));
        };
    }

    private static Term name(io.cattino.proto.v1.Term term) {
        for (String value : values(term)) {
            String wrong = Spelling.wrongHost(value);
            if (!wrong.isEmpty()) {
                throw new IllegalArgumentException("'%s' %s".formatted(value, wrong));
            }
        }
        return new Term.Name(is(term), values(term));
    }

    private static boolean is(io.cattino.proto.v1.Term term) {
        return switch (term.getOperator()) {
            case OPERATOR_EQUAL -> true;
            case OPERATOR_NOT_EQUAL -> false;
            default -> throw bad(term, "is compared by = and != only");
        };
    }

    private static List<String> values(io.cattino.proto.v1.Term term) {
        if (term.getValuesCount() == 0) {
            throw bad(term, "needs a value");
        }
        if (term.getValuesList().stream().anyMatch(String::isEmpty)) {
            throw bad(term, "has an empty value");
        }
        return term.getValuesList();
    }

    private static Order order(io.cattino.proto.v1.Term term) {
        return switch (term.getOperator()) {
            case OPERATOR_EQUAL -> Order.EQUAL;
            case OPERATOR_NOT_EQUAL -> Order.NOT_EQUAL;
            case OPERATOR_AT_LEAST -> Order.AT_LEAST;
            case OPERATOR_AT_MOST -> Order.AT_MOST;
            case OPERATOR_ABOVE -> Order.ABOVE;
            case OPERATOR_BELOW -> Order.BELOW;
            case OPERATOR_UNSPECIFIED, OPERATOR_PRESENT, OPERATOR_ABSENT, UNRECOGNIZED ->
                    throw bad(term, "is compared by = != >= <= > < only");
        };
    }

    private static String only(io.cattino.proto.v1.Term term) {
        if (term.getValuesCount() != 1) {
            throw bad(term, "takes one value, not " + term.getValuesCount());
        }
        return term.getValues(0);
    }

    private static long mib(String value) {
        long mib = MIB.matcher(value).matches() ? Long.parseLong(value) : -1;
        if (mib < 0 || mib > Limits.MAX_MIB) {
            throw new IllegalArgumentException(
                    "gpu.memory is a number of MiB up to %d, not '%s'"
                            .formatted(Limits.MAX_MIB, value));
        }
        return mib;
    }

    private static String version(String value) {
        if (!VERSION.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "gpu.driver is a version such as 535.54, not '%s'".formatted(value));
        }
        return value;
    }

    private static IllegalArgumentException bad(io.cattino.proto.v1.Term term, String what) {
        return new IllegalArgumentException(term.getKey() + " " + what);
    }
}
