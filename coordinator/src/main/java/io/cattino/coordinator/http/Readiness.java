package io.cattino.coordinator.http;

/** Whether a server is fit for work, and why or why not, for people. */
public record Readiness(boolean ready, String text) {}
