package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Effect;
import java.util.List;

/**
 * Where effects go once their facts are durable. Must not block; an effect for a node out of
 * contact is dropped.
 */
@FunctionalInterface
public interface EffectSink {
    void release(List<Effect> effects);
}
