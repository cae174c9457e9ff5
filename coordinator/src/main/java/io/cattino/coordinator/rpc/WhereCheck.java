package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.Spelling;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.wire.WhereCodec;
import io.cattino.proto.v1.Where;
import java.util.List;

/** The form of where a task may run. Stateless; any thread. */
final class WhereCheck {
    static final int MAX_TERMS = 32;
    static final int MAX_VALUES = 64;

    /** All of it, of one task. */
    static final int MAX_BYTES = 4 * 1024;

    private WhereCheck() {}

    static boolean where(Findings findings, String field, Where where) {
        return size(findings, field, where)
                && hosts(findings, field + ".nodes", where.getNodesList())
                && hosts(findings, field + ".excluded", where.getExcludedList())
                && terms(findings, field + ".must", where.getMustList(), false)
                && terms(findings, field + ".prefer", where.getPreferList(), true);
    }

    private static boolean size(Findings findings, String field, Where where) {
        int bytes = where.getSerializedSize();
        return bytes <= MAX_BYTES
                || findings.invalid(
                        field, bytes + " bytes; at most " + MAX_BYTES, "say less, or use *");
    }

    private static boolean hosts(Findings findings, String field, List<String> names) {
        if (!few(findings, field, names.size(), MAX_VALUES)) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            String at = field + "[" + i + "]";
            if (!findings.text(at, names.get(i), Limits.MAX_WORD_BYTES)) {
                return false;
            }
            String wrong = Spelling.wrongHost(names.get(i));
            if (!wrong.isEmpty()) {
                return findings.invalid(
                        at,
                        "'" + names.get(i) + "' " + wrong,
                        "write names of nodes, as gpu-01, gpu-0[1-4] or gpu-*");
            }
        }
        return true;
    }

    /**
     * Terms.
     *
     * @param names whether they may say names of nodes
     */
    private static boolean terms(
            Findings findings, String field, List<io.cattino.proto.v1.Term> terms, boolean names) {
        if (!few(findings, field, terms.size(), MAX_TERMS)) {
            return false;
        }
        for (int i = 0; i < terms.size(); i++) {
            String at = field + "[" + i + "]";
            if (!term(findings, at, terms.get(i))) {
                return false;
            }
            if (!names && terms.get(i).getKey().equals(Term.Name.KEY)) {
                return findings.invalid(
                        at, "names nodes, which has fields of its own", "use nodes or excluded");
            }
        }
        return true;
    }

    private static boolean term(Findings findings, String field, io.cattino.proto.v1.Term term) {
        if (!findings.text(field + ".key", term.getKey(), 2 * Limits.MAX_WORD_BYTES)
                || !few(findings, field + ".values", term.getValuesCount(), MAX_VALUES)) {
            return false;
        }
        for (String value : term.getValuesList()) {
            if (!findings.text(field + ".values", value, Limits.MAX_WORD_BYTES)) {
                return false;
            }
        }
        try {
            WhereCodec.decode(term);
            return true;
        } catch (IllegalArgumentException e) {
            return findings.invalid(
                    field,
                    String.valueOf(e.getMessage()),
                    "for example gpu.model=A100, gpu.memory>=40000, label.rack=r1");
        }
    }

    private static boolean few(Findings findings, String field, int count, int most) {
        return count <= most
                || findings.invalid(
                        field, count + " of them; at most " + most, "say less, or use *");
    }
}
