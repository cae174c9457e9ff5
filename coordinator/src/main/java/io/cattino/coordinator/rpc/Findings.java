package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.wire.Texts;
import java.util.Optional;

/**
 * The first thing found wrong with a request. The checks answer whether they were satisfied, so
 * that they chain with {@code &&} and stop at the first finding. One thread, one request.
 */
final class Findings {
    private Optional<Rejection> first = Optional.empty();

    Optional<Rejection> first() {
        return first;
    }

    /** A value that cannot be. Always false. */
    boolean invalid(String field, String text, String hint) {
        return found(new Rejection.Invalid(field, text, hint));
    }

    /** A limit of the farm. Always false. */
    boolean limit(String field, String text, String hint) {
        return found(new Rejection.Limit(field, text, hint));
    }

    /** Any other refusal. Always false. */
    boolean found(Rejection rejection) {
        if (first.isEmpty()) {
            first = Optional.of(rejection);
        }
        return false;
    }

    boolean name(String field, String value, Optional<Names.Problem> problem) {
        return problem.isEmpty()
                || invalid(
                        field,
                        "the name '" + Names.shown(value) + "' " + problem.get().text(),
                        problem.get().hint());
    }

    /** Text for people, of at most so many bytes, safe on a terminal. */
    boolean text(String field, String value, int maxBytes) {
        if (Texts.bytes(value) > maxBytes) {
            return invalid(field, "is longer than " + maxBytes + " bytes", "shorten it");
        }
        return Names.unsafe(value)
                .map(unsafe -> invalid(field, "holds " + unsafe, "use visible characters only"))
                .orElse(true);
    }
}
