package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.wire.Digests;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.EdgeCondition;
import io.cattino.proto.v1.GroupSpec;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitRequestOrBuilder;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The edge of submissions: what passes here has a sane form, within the limits, and becomes an
 * input of the core; the first thing that is wrong is refused with its field and its fix. What
 * depends on the state (names taken, cycles, parents) is the core's. Nothing recurses, so that no
 * nesting of a request can exhaust a stack. Immutable; any thread.
 */
public final class SubmissionCheck {
    static final int MAX_TASKS = 100_000;

    /** All fullnames come back in one answer, which has to fit into one message. */
    static final long MAX_NAMES_BYTES = 12L * 1024 * 1024;

    private static final String LOG_PART = "/" + GroupHooks.LOG + "/";

    private final DateTimeFormatter stamp;

    /**
     * Checks for one farm.
     *
     * @param zone in which run directories are named
     */
    public SubmissionCheck(ZoneId zone) {
        this.stamp = DateTimeFormatter.ofPattern("uuuu-MM-dd/HH-mm-ss").withZone(zone);
    }

    /** What the check makes of a request. */
    public sealed interface Verdict {
        /**
         * It may go in.
         *
         * @param input from the time that the loop stamps on it
         */
        record Accepted(Function<Time, Input.Submit> input) implements Verdict {}

        record Refused(Rejection rejection) implements Verdict {}
    }

    /** Judges a request, and turns it into an input. */
    public Verdict check(SubmitRequest request) {
        Findings findings = new Findings();
        TaskCheck tasks = new TaskCheck(findings);
        boolean passed =
                RequestCheck.requestId(findings, request.getRequestId())
                        && sizes(findings, request)
                        && tasks.context(request.getContext())
                        && tasks(findings, tasks, request)
                        && names(findings, request)
                        && edges(findings, request)
                        && override(findings, request);
        return passed
                ? new Verdict.Accepted(input(request))
                : new Verdict.Refused(findings.first().orElseThrow());
    }

    /** The limits that a part of a submission can already exceed. */
    static boolean sizes(Findings findings, SubmitRequestOrBuilder request) {
        if (request.getTasksCount() > MAX_TASKS) {
            return findings.limit(
                    "tasks",
                    request.getTasksCount() + " tasks; at most " + MAX_TASKS,
                    "use several submissions");
        }
        if (request.getGroupsCount() > MAX_TASKS) {
            return findings.limit(
                    "groups",
                    request.getGroupsCount() + " groups; at most " + MAX_TASKS,
                    "use several submissions");
        }
        return request.getEdgesCount() <= Limits.MAX_EDGES
                || findings.limit(
                        "edges",
                        request.getEdgesCount() + " edges; at most " + Limits.MAX_EDGES,
                        "let tasks depend on a group instead of on each of its tasks");
    }

    private static boolean tasks(Findings findings, TaskCheck check, SubmitRequest request) {
        if (request.getTasksCount() == 0) {
            return findings.invalid("tasks", "is empty", "hand in at least one task");
        }
        long nameBytes = 0;
        for (int i = 0; i < request.getTasksCount(); i++) {
            if (!check.task("tasks[" + i + "]", request.getTasks(i))) {
                return false;
            }
            nameBytes += Texts.bytes(request.getTasks(i).getFullname());
        }
        return nameBytes <= MAX_NAMES_BYTES
                || findings.limit(
                        "tasks",
                        "their names take " + nameBytes + " bytes; at most " + MAX_NAMES_BYTES,
                        "shorten the names, or use several submissions");
    }

    private static boolean names(Findings findings, SubmitRequest request) {
        Map<String, Integer> tasks = HashMap.newHashMap(request.getTasksCount());
        Set<String> folders = new HashSet<>();
        for (int i = 0; i < request.getTasksCount(); i++) {
            String name = request.getTasks(i).getFullname();
            Integer earlier = tasks.putIfAbsent(name, i);
            if (earlier != null) {
                return findings.invalid(
                        "tasks[" + i + "].fullname",
                        "'" + name + "' is also the name of tasks[" + earlier + "]",
                        "give every task of a submission its own name");
            }
            for (int slash = name.lastIndexOf('/');
                    slash > 0 && folders.add(name.substring(0, slash));
                    slash = name.lastIndexOf('/', slash - 1)) {}
        }
        return noTaskIsAFolder(findings, request, folders)
                && groups(findings, request, folders)
                && noneIsALogOfHooks(findings, request);
    }

    /** What hooks of a group print is in a file of its directory, where its tasks have theirs. */
    private static boolean noneIsALogOfHooks(Findings findings, SubmitRequest request) {
        Set<String> hooked = new HashSet<>();
        for (GroupSpec group : request.getGroupsList()) {
            if (group.hasPython()) {
                hooked.add(group.getFullname());
            }
        }
        for (int i = 0; i < request.getTasksCount() && !hooked.isEmpty(); i++) {
            String name = request.getTasks(i).getFullname() + "/";
            int at = name.indexOf(LOG_PART);
            while (at > 0 && !hooked.contains(name.substring(0, at))) {
                at = name.indexOf(LOG_PART, at + 1);
            }
            if (at > 0) {
                return findings.invalid(
                        "tasks[" + i + "].fullname",
                        "'"
                                + name.substring(0, at + LOG_PART.length() - 1)
                                + "' is the file for what hooks of the group print",
                        "give the task or group another name than " + GroupHooks.LOG);
            }
        }
        return true;
    }

    private static boolean noTaskIsAFolder(
            Findings findings, SubmitRequest request, Set<String> folders) {
        for (int i = 0; i < request.getTasksCount(); i++) {
            String name = request.getTasks(i).getFullname();
            if (folders.contains(name)) {
                return findings.invalid(
                        "tasks[" + i + "].fullname",
                        "'" + name + "' is a task and also the group of another one",
                        "rename the task or the group");
            }
        }
        return true;
    }

    private static boolean groups(Findings findings, SubmitRequest request, Set<String> folders) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < request.getGroupsCount(); i++) {
            String field = "groups[" + i + "].fullname";
            String name = request.getGroups(i).getFullname();
            if (!findings.name(field, name, Names.ofGroup(name))) {
                return false;
            }
            if (!seen.add(name)) {
                return findings.invalid(
                        field, "'" + name + "' is there twice", "list every group once");
            }
            if (request.getGroups(i).hasPython() && request.getGroups(i).getOpen()) {
                return findings.invalid(
                        "groups[" + i + "].python",
                        "has hooks, and the group is open to tasks of other scripts",
                        "leave open out, or put the group into an open one");
            }
            if (request.getGroups(i).hasPython()
                    && !new PythonCheck(findings)
                            .object(
                                    "groups[" + i + "].python",
                                    request.getGroups(i).getPython(),
                                    request.getContext().hasPythonScript())) {
                return false;
            }
            if (!folders.contains(name)) {
                return findings.invalid(
                        field,
                        "no task of the submission lies in '" + name + "'",
                        "leave the group out");
            }
        }
        return true;
    }

    private static boolean edges(Findings findings, SubmitRequest request) {
        for (int i = 0; i < request.getEdgesCount(); i++) {
            Edge edge = request.getEdges(i);
            String field = "edges[" + i + "]";
            if (!findings.name(field + ".from", edge.getFrom(), Names.ofTask(edge.getFrom()))
                    || !findings.name(field + ".to", edge.getTo(), Names.ofTask(edge.getTo()))) {
                return false;
            }
            if (edge.getCondition() == EdgeCondition.UNRECOGNIZED) {
                return findings.invalid(
                        field + ".condition",
                        edge.getConditionValue() + " is not known here",
                        "one of SUCCESS, ANY");
            }
        }
        return true;
    }

    private static boolean override(Findings findings, SubmitRequest request) {
        return request.getOverrideMode() != io.cattino.proto.v1.OverrideMode.UNRECOGNIZED
                || findings.invalid(
                        "override_mode",
                        request.getOverrideModeValue() + " is not known here",
                        "one of FORBID, ALLOW, RENAME");
    }

    private Function<Time, Input.Submit> input(SubmitRequest request) {
        SubmissionId id = new SubmissionId(RequestCheck.normalId(request.getRequestId()));
        String digest = digest(request);
        Context context = SpecCodec.decode(request.getContext());
        List<TaskSpec> tasks = request.getTasksList().stream().map(SpecCodec::decode).toList();
        List<Group> groups = request.getGroupsList().stream().map(SpecCodec::decode).toList();
        List<Input.EdgeSpec> edges =
                request.getEdgesList().stream().map(SubmissionCheck::edge).toList();
        Optional<OverrideMode> override = override(request.getOverrideMode());
        boolean unfit = request.getAllowUnfit();
        Set<Integer> held = new HashSet<>();
        for (int i = 0; i < request.getTasksCount(); i++) {
            if (request.getTasks(i).getHold()) {
                held.add(i);
            }
        }
        return at ->
                new Input.Submit(
                        at, id, digest, stamp(at), context, tasks, groups, edges, override, unfit,
                        held);
    }

    /** Relative directory of what is accepted at that moment. */
    String stamp(Time at) {
        return stamp.format(Instant.ofEpochMilli(at.wallMs()));
    }

    /** The same for the same content, whatever the request id and however it was cut into parts. */
    static String digest(SubmitRequest request) {
        return Digests.sha256Hex(
                Digests.deterministicBytes(request.toBuilder().clearRequestId().build()));
    }

    private static Input.EdgeSpec edge(Edge edge) {
        return new Input.EdgeSpec(
                edge.getFrom(), edge.getTo(), SpecCodec.decode(edge.getCondition()));
    }

    private static Optional<OverrideMode> override(io.cattino.proto.v1.OverrideMode mode) {
        return switch (mode) {
            case OVERRIDE_MODE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
            case OVERRIDE_MODE_FORBID -> Optional.of(OverrideMode.FORBID);
            case OVERRIDE_MODE_ALLOW -> Optional.of(OverrideMode.ALLOW);
            case OVERRIDE_MODE_RENAME -> Optional.of(OverrideMode.RENAME);
        };
    }
}
