package io.cattino.coordinator.core.model;

/** Limits that several parts of the farm have in common. */
public final class Limits {
    /** Devices of a task or of a node. */
    public static final int MAX_DEVICES = 1_024;

    /** Of memory, of a device or of a machine. */
    public static final long MAX_MIB = 1L << 40;

    /** Labels of a task or of a node. */
    public static final int MAX_LABELS = 64;

    /** Dependencies of one submission. */
    public static final int MAX_EDGES = 1_000_000;

    /** The archive of a bundle, in bytes. */
    public static final int MAX_BUNDLE_BYTES = 2 << 20;

    /**
     * The archives of all submissions that have tasks, in bytes: the journal's ensemble and every
     * coordinator hold them in memory.
     */
    public static final long MAX_BUNDLES_BYTES = 128L << 20;

    /** Sentences for people: reasons, hints, reports. */
    public static final int MAX_TEXT_BYTES = 1_024;

    /** Words for people: users, models, keys of labels. */
    public static final int MAX_WORD_BYTES = 256;

    private Limits() {}
}
