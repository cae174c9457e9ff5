package io.cattino.coordinator.core;

import java.util.List;

/**
 * What one input made, in the order it happened.
 *
 * @param events what watchers are told, once the facts are durable
 */
public record Step(List<Fact> facts, List<Effect> effects, List<TaskEvent> events, Reply reply) {
    public Step {
        facts = List.copyOf(facts);
        effects = List.copyOf(effects);
        events = List.copyOf(events);
    }
}
