package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.SubmissionId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The submissions by request id, and the contexts their tasks share. */
final class SubmissionBook {
    private static final Comparator<Submission> OLDEST_FIRST =
            Comparator.comparingLong(Submission::acceptedWallMs).thenComparing(Submission::id);

    private final TreeMap<SubmissionId, Submission> submissions = new TreeMap<>();
    private final TreeMap<String, Context> contexts = new TreeMap<>();

    /** Tasks by context; a context goes with its last task. */
    private final Map<String, Integer> contextUses = new HashMap<>();

    private final Map<SubmissionId, Integer> tasksLeft = new HashMap<>();

    /** Without a task left, oldest first. */
    private final TreeSet<Submission> empty = new TreeSet<>(OLDEST_FIRST);

    private final Set<String> runDirs = new HashSet<>();
    private long bundleBytes;

    void put(Context context) {
        if (contexts.putIfAbsent(context.id(), context) == null) {
            bundleBytes += bundleBytes(context);
        }
    }

    /** What the bundles of all contexts take. */
    long bundleBytes() {
        return bundleBytes;
    }

    private static long bundleBytes(Context context) {
        return context.bundle().map(bundle -> bundle.zip().size()).orElse(0);
    }

    void put(Submission submission) {
        submissions.put(submission.id(), submission);
        empty.add(submission);
        runDirs.add(submission.runDir());
    }

    boolean hasRunDir(String dir) {
        return runDirs.contains(dir);
    }

    /** More or fewer tasks of a submission exist. */
    void countTask(SubmissionId id, int change) {
        Submission submission = submissions.get(id);
        int left = tasksLeft.merge(id, change, Integer::sum);
        if (left == 0) {
            tasksLeft.remove(id);
        }
        if (submission != null && left == 0) {
            empty.add(submission);
        } else if (submission != null) {
            empty.remove(submission);
        }
        if (submission != null) {
            useContext(submission.contextId(), change);
        }
    }

    private void useContext(String id, int change) {
        if (contextUses.merge(id, change, Integer::sum) == 0) {
            contextUses.remove(id);
            Context context = contexts.remove(id);
            bundleBytes -= context == null ? 0 : bundleBytes(context);
        }
    }

    void forget(SubmissionId id) {
        Submission old = submissions.remove(id);
        if (old == null) {
            return;
        }
        empty.remove(old);
        runDirs.remove(old.runDir());
    }

    /** Submissions without a task left that were accepted before a moment; at most {@code max}. */
    List<SubmissionId> emptyBefore(long wallMs, int max) {
        return empty.stream()
                .takeWhile(submission -> submission.acceptedWallMs() < wallMs)
                .limit(max)
                .map(Submission::id)
                .toList();
    }

    Optional<Submission> get(SubmissionId id) {
        return Optional.ofNullable(submissions.get(id));
    }

    Optional<Context> context(String id) {
        return Optional.ofNullable(contexts.get(id));
    }

    /**
     * The newest submission that has a task left.
     *
     * @param user whose; empty: anybody's
     */
    Optional<Submission> newest(String user) {
        return submissions.values().stream()
                .filter(submission -> tasksLeft.containsKey(submission.id()))
                .filter(submission ->
                        user.isEmpty()
                                || context(submission.contextId())
                                        .map(context -> context.user().equals(user))
                                        .orElse(false))
                .max(Comparator.comparing(submission -> submission.tasks().getFirst()));
    }

    Collection<Submission> all() {
        return Collections.unmodifiableCollection(submissions.values());
    }

    Collection<Context> contexts() {
        return Collections.unmodifiableCollection(contexts.values());
    }
}
