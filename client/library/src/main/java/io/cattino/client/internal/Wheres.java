package io.cattino.client.internal;

import io.cattino.client.Term;
import io.cattino.client.Where;
import java.util.ArrayList;
import java.util.List;

/** Where tasks may run, as messages, both ways. */
final class Wheres {

    private Wheres() {}

    static io.cattino.proto.v1.Where toProto(Where where) {
        io.cattino.proto.v1.Where.Builder out =
                io.cattino.proto.v1.Where.newBuilder()
                        .addAllNodes(where.nodes())
                        .addAllExcluded(where.excluded());
        where.must().forEach(term -> out.addMust(toProto(term)));
        where.prefer().forEach(term -> out.addPrefer(toProto(term)));
        return out.build();
    }

    static Where fromProto(io.cattino.proto.v1.Where where) {
        return new Where(
                where.getNodesList(),
                where.getExcludedList(),
                terms(where.getMustList()),
                terms(where.getPreferList()));
    }

    private static io.cattino.proto.v1.Term toProto(Term term) {
        return io.cattino.proto.v1.Term.newBuilder()
                .setKey(term.key())
                .setOperator(
                        switch (term.operator()) {
                            case EQUAL -> io.cattino.proto.v1.Term.Operator.OPERATOR_EQUAL;
                            case NOT_EQUAL -> io.cattino.proto.v1.Term.Operator.OPERATOR_NOT_EQUAL;
                            case AT_LEAST -> io.cattino.proto.v1.Term.Operator.OPERATOR_AT_LEAST;
                            case AT_MOST -> io.cattino.proto.v1.Term.Operator.OPERATOR_AT_MOST;
                            case ABOVE -> io.cattino.proto.v1.Term.Operator.OPERATOR_ABOVE;
                            case BELOW -> io.cattino.proto.v1.Term.Operator.OPERATOR_BELOW;
                            case PRESENT -> io.cattino.proto.v1.Term.Operator.OPERATOR_PRESENT;
                            case ABSENT -> io.cattino.proto.v1.Term.Operator.OPERATOR_ABSENT;
                        })
                .addAllValues(term.values())
                .build();
    }

    private static List<Term> terms(List<io.cattino.proto.v1.Term> terms) {
        List<Term> read = new ArrayList<>();
        for (io.cattino.proto.v1.Term term : terms) {
            Term.Operator operator =
                    switch (term.getOperator()) {
                        case OPERATOR_EQUAL -> Term.Operator.EQUAL;
                        case OPERATOR_NOT_EQUAL -> Term.Operator.NOT_EQUAL;
                        case OPERATOR_AT_LEAST -> Term.Operator.AT_LEAST;
                        case OPERATOR_AT_MOST -> Term.Operator.AT_MOST;
                        case OPERATOR_ABOVE -> Term.Operator.ABOVE;
                        case OPERATOR_BELOW -> Term.Operator.BELOW;
                        case OPERATOR_ABSENT -> Term.Operator.ABSENT;
                        case OPERATOR_PRESENT, OPERATOR_UNSPECIFIED, UNRECOGNIZED ->
                                Term.Operator.PRESENT;
                    };
            read.add(new Term(term.getKey(), operator, term.getValuesList()));
        }
        return read;
    }
}
