package io.cattino.client;

/**
 * Why one node cannot take one task now.
 *
 * @param code as {@link Reason#code()}
 * @param node name of the node
 * @param have what the node has, in the unit that the code implies: MiB, devices, cores, slots
 * @param want what the task wants, in the same unit
 * @param text one sentence for people
 */
public record Veto(String code, String node, long have, long want, String text) {}
