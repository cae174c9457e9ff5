package io.cattino.client;

/**
 * A setting of the cluster.
 *
 * @param key with hyphens: {@code override-exist-tasks}
 * @param value its value now
 * @param defaultValue its value if nobody sets it
 * @param description one sentence for people
 */
public record Setting(String key, String value, String defaultValue, String description) {}
