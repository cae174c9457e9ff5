package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.ReasonCode;

/**
 * Why one node cannot take one task now.
 *
 * @param have what the node has, in the unit that the code implies (MiB, devices, cores, slots)
 * @param want what the task wants, in the same unit
 */
public record Veto(ReasonCode code, String node, long have, long want, String text) {}
