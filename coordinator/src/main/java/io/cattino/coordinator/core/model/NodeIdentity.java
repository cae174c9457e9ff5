package io.cattino.coordinator.core.model;

/**
 * Who a node is.
 *
 * @param bootId changes with every boot: a new one proves that everything before is dead
 * @param name for people; unique among live nodes
 */
public record NodeIdentity(NodeId id, String machineId, String bootId, String name) {}
