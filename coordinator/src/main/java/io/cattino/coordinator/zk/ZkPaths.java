package io.cattino.coordinator.zk;

import java.util.ArrayList;
import java.util.List;

/**
 * Every path that Cattino uses in ZooKeeper, and nothing else knows one. Numbers have 16 digits, so
 * that names sort as numbers do; a segment holds the 1,000 records whose numbers begin with its
 * name.
 */
public final class ZkPaths {
    /** Where a cluster lies unless it is told otherwise. */
    public static final String DEFAULT_ROOT = "/cattino";

    /** Records in a segment: no znode has more children than this. */
    public static final int SEGMENT = 1000;

    private final String root;

    /**
     * Paths below a root.
     *
     * @param root absolute, without a slash at its end: {@code /cattino}, {@code
     *     /farms/berlin/cattino}
     */
    public ZkPaths(String root) {
        if (!root.startsWith("/") || root.endsWith("/")) {
            throw new IllegalArgumentException("the root '" + root + "' must look like /cattino");
        }
        this.root = root;
    }

    public String root() {
        return root;
    }

    /** The root and what lies above it, outermost first. */
    public List<String> rootAndAbove() {
        List<String> paths = new ArrayList<>();
        for (int slash = root.indexOf('/', 1); slash > 0; slash = root.indexOf('/', slash + 1)) {
            paths.add(root.substring(0, slash));
        }
        paths.add(root);
        return paths;
    }

    public String clusterId() {
        return root + "/cluster-id";
    }

    public String format() {
        return root + "/format";
    }

    public String epoch() {
        return root + "/epoch";
    }

    /** Below it stand those who would lead. */
    public String latch() {
        return root + "/latch";
    }

    public String journal() {
        return root + "/journal";
    }

    /** The segment that holds a record. */
    public String segmentOf(long record) {
        return journal() + "/" + segmentName(record);
    }

    public String segment(String name) {
        return journal() + "/" + name;
    }

    public static String segmentName(long record) {
        return "%013d".formatted(record / SEGMENT);
    }

    public String record(long number) {
        return segmentOf(number) + "/" + "%016d".formatted(number);
    }

    public String snapshots() {
        return root + "/snapshot";
    }

    public String snapshot(String name) {
        return snapshots() + "/" + name;
    }

    public String chunk(String snapshot, int index) {
        return snapshot(snapshot) + "/" + "%06d".formatted(index);
    }

    /** The header of a snapshot that a standby has made, beside its chunks. */
    public String draft(String snapshot) {
        return snapshot(snapshot) + "/draft";
    }
}
