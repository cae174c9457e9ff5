package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.ReasonCode;

/**
 * Why a task is where it is, for people.
 *
 * @param hint what would help, often a command; may be empty
 */
public record Reason(ReasonCode code, String text, String hint) {
    public static final Reason NONE = new Reason(ReasonCode.NONE, "", "");

    public Reason(ReasonCode code, String text) {
        this(code, text, "");
    }
}
