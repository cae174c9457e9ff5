package io.cattino.agent.link;

import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.Welcome;

/**
 * What a leader wants to hear how often.
 *
 * @param heartbeatMs from one heartbeat to the next
 * @param sampleMs from one sample to the next
 */
public record Rhythm(long heartbeatMs, long sampleMs) {

    /** A bound on what a leader can ask for. */
    private static final long SHORTEST_MS = 100;

    static Rhythm of(Welcome welcome) {
        return new Rhythm(
                Math.max(SHORTEST_MS, Wire.millis(welcome.getHeartbeatInterval())),
                Math.max(SHORTEST_MS, Wire.millis(welcome.getSampleInterval())));
    }
}
