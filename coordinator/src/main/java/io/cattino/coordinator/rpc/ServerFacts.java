package io.cattino.coordinator.rpc;

import java.time.Instant;

/**
 * What a server says of itself.
 *
 * @param home where it keeps its files
 */
public record ServerFacts(
        String clusterId,
        String host,
        long pid,
        String version,
        String revision,
        Instant started,
        boolean allInOne,
        String home) {}
