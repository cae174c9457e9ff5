package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.Veto;
import io.cattino.coordinator.core.model.ReasonCode;
import java.util.function.Supplier;

/**
 * A veto before anybody wants to read it: a pass meets one per shape and node, and shows one per
 * shape.
 */
record Obstacle(ReasonCode code, NodeSpace space, long have, long want, Supplier<String> text) {
    Veto veto() {
        return new Veto(code, space.node.name(), have, want, text.get());
    }
}
