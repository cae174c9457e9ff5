package io.cattino.cli.command;

import io.cattino.client.TaskInfo;
import java.util.List;
import java.util.Set;

/**
 * What people mean by NAMEs: a fullname, a group, a pattern, {@code last} (the newest submission of
 * the user) or {@code @me} (all of the user's tasks). A name that exists beats a pattern.
 */
final class Selectors {

    private static final Set<String> WORDS = Set.of("last", "@me");

    private final List<TaskInfo> present;
    private final String user;

    /**
     * For these tasks.
     *
     * @param present all there are, in order of acceptance
     * @param user who asks
     */
    Selectors(List<TaskInfo> present, String user) {
        this.present = List.copyOf(present);
        this.user = user;
    }

    /** Whether a NAME stands for itself, so that nothing has to be looked up. */
    static boolean isPlain(String name) {
        return !WORDS.contains(name) && !Glob.isGlob(name);
    }

    /** The tasks that a NAME means; none if there are none. */
    List<TaskInfo> tasks(String name) {
        if (name.equals("last")) {
            return newestSubmission();
        }
        if (name.equals("@me")) {
            return mine();
        }
        List<TaskInfo> named =
                present.stream().filter(task -> lies(task.fullname(), name)).toList();
        if (!named.isEmpty() || !Glob.isGlob(name)) {
            return named;
        }
        Glob glob = new Glob(name);
        return present.stream().filter(task -> glob.matches(task.fullname())).toList();
    }

    /** Whether a task is called that, or lies in a group that is. */
    static boolean lies(String fullname, String name) {
        return fullname.equals(name) || fullname.startsWith(name + "/");
    }

    /** Whether a NAME means a group: itself, or what it lies in. */
    static boolean means(String name, String group) {
        return WORDS.contains(name)
                || lies(group, name)
                || (Glob.isGlob(name) && new Glob(name).matches(group));
    }

    /** What to tell people who named nothing. */
    String missing(String name) {
        return switch (name) {
            case "last" -> "you (%s) have no submission here".formatted(user);
            case "@me" -> "you (%s) have no tasks here".formatted(user);
            default ->
                    Glob.isGlob(name)
                            ? "no task or group matches '%s'".formatted(name)
                            : "task '%s' does not exist".formatted(name);
        };
    }

    private List<TaskInfo> mine() {
        return present.stream().filter(task -> task.user().equals(user)).toList();
    }

    private List<TaskInfo> newestSubmission() {
        List<TaskInfo> mine = mine();
        if (mine.isEmpty()) {
            return mine;
        }
        String newest = mine.getLast().submissionId();
        return mine.stream().filter(task -> task.submissionId().equals(newest)).toList();
    }
}
