package io.cattino.coordinator.core.model;

/**
 * A folder that travels with a submission.
 *
 * @param root absolute path of the folder where it was submitted
 * @param zip the archive
 */
public record Bundle(String root, Blob zip) {}
