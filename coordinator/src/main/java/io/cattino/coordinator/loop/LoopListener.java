package io.cattino.coordinator.loop;

/** Told how the loop fares; on its thread, so be quick. */
@FunctionalInterface
public interface LoopListener {
    /** Nobody listens. */
    LoopListener NONE = (_, _) -> {};

    /**
     * A batch was stepped.
     *
     * @param inputs in it
     * @param nanos it took, without the commit
     */
    void stepped(int inputs, long nanos);
}
