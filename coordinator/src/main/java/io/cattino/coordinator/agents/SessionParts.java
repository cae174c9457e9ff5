package io.cattino.coordinator.agents;

import io.cattino.coordinator.loop.Leader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What all sessions of a leadership share.
 *
 * @param addresses for meow inside the tasks: {@code host:port}, or with several coordinators
 *     {@code host:grpc/http} of each
 * @param grace TERM to KILL
 * @param clock for times that agents leave out
 */
public record SessionParts(
        Leader leader,
        AgentSessions sessions,
        LogRelay logs,
        String clusterId,
        Supplier<List<String>> addresses,
        Duration heartbeat,
        Duration sample,
        Duration grace,
        InstantSource clock) {
    /** {@code host:port} of everybody who may lead; empty if that is one alone. */
    List<String> coordinators() {
        List<String> all = addresses.get();
        return all.size() < 2
                ? List.of()
                : all.stream().map(address -> address.replaceFirst("/.*", "")).toList();
    }
}
