package io.cattino.coordinator.core.model;

/** No new tasks for a node; running ones stay until they end. */
public record Drain(String reason, long sinceWallMs) {}
