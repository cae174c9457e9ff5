package io.cattino.client;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is asked of a place, such as {@code gpu.model=A100|H100}.
 *
 * @param key what it is about: {@code gpu.model}, {@code gpu.memory} (MiB), {@code gpu.driver},
 *     {@code gpu.kind}, {@code node} or {@code label.KEY}
 * @param operator how what there is compares with the values
 * @param values what it is compared with; none to ask whether there is such a label
 */
public record Term(String key, Operator operator, List<String> values) {

    /** How what there is compares with the values. */
    public enum Operator {
        /** It is one of them. */
        EQUAL("="),
        /** It is none of them. */
        NOT_EQUAL("!="),
        /** It is at least the value. */
        AT_LEAST(">="),
        /** It is at most the value. */
        AT_MOST("<="),
        /** It is above the value. */
        ABOVE(">"),
        /** It is below the value. */
        BELOW("<"),
        /** There is such a label. */
        PRESENT(""),
        /** There is no such label. */
        ABSENT("!");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        /** As people write it. */
        public String sign() {
            return sign;
        }
    }

    public Term {
        values = List.copyOf(values);
    }

    /**
     * Reads what people write: terms with commas between them, each a key, a sign and a value, or
     * several with {@code |} between them ({@code gpu.model=A100|H100, gpu.memory>=40G,
     * gpu.driver>=535.54, label.rack=r1}), or {@code label.KEY} or {@code !label.KEY}. A value may
     * stand in quotes. {@code *} in a word stands for any characters.
     *
     * @return the terms; none if the text is blank
     * @throws IllegalArgumentException for anything else; the message says what to write instead
     */
    public static List<Term> parse(String text) {
        return Terms.parse(text);
    }

    /** As people write it. */
    @Override
    public String toString() {
        return switch (operator) {
            case PRESENT -> key;
            case ABSENT -> "!" + key;
            default ->
                    key
                            + operator.sign
                            + values.stream().map(Terms::quoted).collect(Collectors.joining("|"));
        };
    }
}
