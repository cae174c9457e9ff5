package io.cattino.coordinator.agents;

import io.cattino.coordinator.loop.Leader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What all sessions of a leadership share.
 *
 * @param coordinator {@code host:port} for meow inside the tasks
 * @param grace TERM to KILL
 * @param clock for times that agents leave out
 */
public record SessionParts(
        Leader leader,
        AgentSessions sessions,
        LogRelay logs,
        String clusterId,
        Supplier<String> coordinator,
        Duration heartbeat,
        Duration sample,
        Duration grace,
        InstantSource clock) {}
