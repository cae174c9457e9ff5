package io.cattino.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tasks: those that match every part that is not empty. Immutable.
 *
 * @param names fullnames of tasks or groups; any of them
 * @param statuses any of them
 * @param labels all of them
 * @param submission id of a submission; empty: of any
 * @param user who submitted them; empty: anybody
 * @param latestSubmission only the newest submission (of the user, if one is given) that has a task
 *     left; not for events
 */
public record TaskQuery(
        List<String> names,
        Set<TaskStatus> statuses,
        Map<String, String> labels,
        String submission,
        String user,
        boolean latestSubmission) {

    private static final TaskQuery ALL =
            new TaskQuery(List.of(), Set.of(), Map.of(), "", "", false);

    public TaskQuery {
        names = List.copyOf(names);
        EnumSet<TaskStatus> ordered = EnumSet.noneOf(TaskStatus.class);
        ordered.addAll(statuses);
        statuses = Collections.unmodifiableSet(ordered);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** Every task. */
    public static TaskQuery all() {
        return ALL;
    }

    /** One task, by fullname. */
    public static TaskQuery task(String fullname) {
        return names(List.of(fullname));
    }

    /** Every task of a group, by fullname, at any depth. */
    public static TaskQuery group(String fullname) {
        return names(List.of(fullname));
    }

    /** Tasks and groups, by fullname. */
    public static TaskQuery names(Collection<String> fullnames) {
        return new TaskQuery(List.copyOf(fullnames), Set.of(), Map.of(), "", "", false);
    }

    /** Every task of a submission. */
    public static TaskQuery submission(String id) {
        return new TaskQuery(List.of(), Set.of(), Map.of(), id, "", false);
    }

    /** Of these, those in one of the statuses. */
    public TaskQuery withStatuses(Collection<TaskStatus> wanted) {
        return new TaskQuery(names, Set.copyOf(wanted), labels, submission, user, latestSubmission);
    }

    /** Of these, those that have that label too. */
    public TaskQuery withLabel(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(key, value);
        return new TaskQuery(names, statuses, more, submission, user, latestSubmission);
    }

    /** The same with more names. */
    public TaskQuery withNames(Collection<String> more) {
        List<String> all = new ArrayList<>(names);
        all.addAll(more);
        return new TaskQuery(all, statuses, labels, submission, user, latestSubmission);
    }

    /** The same, of one submission. */
    public TaskQuery withSubmission(String id) {
        return new TaskQuery(names, statuses, labels, id, user, latestSubmission);
    }

    /** Of these, those that the user submitted. */
    public TaskQuery withUser(String name) {
        return new TaskQuery(names, statuses, labels, submission, name, latestSubmission);
    }

    /** Of these, those of the newest submission that has a task left; not for events. */
    public TaskQuery ofLatestSubmission() {
        return new TaskQuery(names, statuses, labels, submission, user, true);
    }
}
