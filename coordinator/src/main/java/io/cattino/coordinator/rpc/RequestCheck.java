package io.cattino.coordinator.rpc;

import com.google.protobuf.util.Timestamps;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.proto.v1.DeviceNeed;
import io.cattino.proto.v1.EdgeCondition;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ParentList;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.SetTaskRequest;
import io.cattino.proto.v1.TaskQuery;
import io.cattino.proto.v1.TaskSelector;
import io.cattino.proto.v1.TaskStatus;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The form of everything but submissions, judged before the core sees it. Stateless; any thread.
 */
final class RequestCheck {
    static final int MAX_NAMES = 10_000;
    static final int MAX_PAGE = 1_000;

    /** Events in one answer: at most, and unless the request says. */
    static final int MAX_EVENTS = 10_000;

    static final int EVENTS = 1_000;

    static final int ALL_PPM = 1_000_000;

    /** 128 bits in Crockford's base 32: the first of 26 characters holds three bits. */
    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");

    private static final int MAX_NODE_BYTES = 254;
    private static final int MAX_SUBMISSION_ID_BYTES = 64;

    private static final long LONGEST_DRAIN_MS = 30L * 24 * 3_600_000;
    private static final long LONGEST_FENCE_HOLD_MS = 24L * 3_600_000;

    private RequestCheck() {}

    /** A request id as it is stored: Crockford's digits know no case. */
    static String normalId(String requestId) {
        return requestId.toUpperCase(Locale.ROOT);
    }

    static boolean requestId(Findings findings, String value) {
        if (value.isEmpty()) {
            return findings.invalid(
                    "request_id",
                    "is missing",
                    "send a new ULID with every write, and the same one with its repetitions");
        }
        return ULID.matcher(normalId(value)).matches()
                || findings.invalid(
                        "request_id",
                        "'" + Names.shown(value) + "' is not a ULID",
                        "26 characters of 0-9 A-H J K M N P-T V-Z, the first at most 7");
    }

    /**
     * A command on tasks.
     *
     * @param reason may be empty
     */
    static boolean control(
            Findings findings, String requestId, TaskSelector selector, String reason) {
        return requestId(findings, requestId)
                && selector(findings, selector)
                && reason(findings, reason);
    }

    static boolean reason(Findings findings, String reason) {
        return findings.text("reason", reason, Limits.MAX_TEXT_BYTES);
    }

    private static boolean selector(Findings findings, TaskSelector selector) {
        if (selector.getAll()) {
            return selector.getNamesCount() == 0
                    || findings.invalid(
                            "selector.names", "must be empty with all", "give names, or all");
        }
        if (selector.getNamesCount() == 0) {
            return findings.invalid(
                    "selector.names", "is empty", "name tasks or groups, or set all");
        }
        return names(findings, "selector.names", selector.getNamesList());
    }

    private static boolean names(Findings findings, String field, List<String> names) {
        if (names.size() > MAX_NAMES) {
            return findings.limit(
                    field, names.size() + " names; at most " + MAX_NAMES, "use several calls");
        }
        for (int i = 0; i < names.size(); i++) {
            if (!taskName(findings, field + "[" + i + "]", names.get(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean taskName(Findings findings, String field, String name) {
        return findings.name(field, name, Names.ofStored(name));
    }

    /** A node's name or id, as people type it. */
    static boolean nodeName(Findings findings, String field, String name) {
        return name.isEmpty()
                ? findings.invalid(field, "is missing", "name a node: meow nodes")
                : findings.text(field, name, MAX_NODE_BYTES);
    }

    static boolean query(Findings findings, TaskQuery query) {
        return names(findings, "query.names", query.getNamesList())
                && statuses(findings, query)
                && labels(findings, query)
                && findings.text(
                        "query.submission_id", query.getSubmissionId(), MAX_SUBMISSION_ID_BYTES)
                && findings.text("query.user", query.getUser(), Limits.MAX_WORD_BYTES);
    }

    /** Events are of many submissions: which one is the newest changes while they come. */
    static boolean eventQuery(Findings findings, TaskQuery query) {
        return query(findings, query)
                && (!query.getLatestSubmission()
                        || findings.invalid(
                                "query.latest_submission",
                                "is not for events",
                                "list its tasks, and ask for its submission_id"));
    }

    static boolean events(Findings findings, ListEventsRequest request) {
        return eventQuery(findings, request.getQuery())
                && findings.text("node", request.getNode(), MAX_NODE_BYTES)
                && (request.getAfterRevision() >= 0
                        || findings.invalid("after_revision", "is below 0", "0 means: all"))
                && ((request.getLimit() >= 0 && request.getLimit() <= MAX_EVENTS)
                        || findings.invalid(
                                "limit",
                                request.getLimit() + " is not between 0 and " + MAX_EVENTS,
                                "0 means " + EVENTS));
    }

    private static boolean statuses(Findings findings, TaskQuery query) {
        for (int i = 0; i < query.getStatusesCount(); i++) {
            TaskStatus status = query.getStatuses(i);
            if (status == TaskStatus.UNRECOGNIZED || status == TaskStatus.TASK_STATUS_UNSPECIFIED) {
                return findings.invalid(
                        "query.statuses[" + i + "]",
                        query.getStatusesValue(i) + " is no status",
                        "one of WAITING, RUNNING, DONE, FAILED, CANCELLED");
            }
        }
        return true;
    }

    private static boolean labels(Findings findings, TaskQuery query) {
        return query.getLabelsCount() <= Limits.MAX_LABELS
                || findings.limit(
                        "query.labels",
                        query.getLabelsCount() + " labels; at most " + Limits.MAX_LABELS,
                        "ask for fewer");
    }

    static boolean pageSize(Findings findings, int size) {
        return (size >= 0 && size <= MAX_PAGE)
                || findings.invalid(
                        "page_size",
                        size + " is not between 0 and " + MAX_PAGE,
                        "0 means " + MAX_PAGE);
    }

    static boolean devices(Findings findings, String field, DeviceNeed need) {
        if (need.getCount() < 0 || need.getCount() > Limits.MAX_DEVICES) {
            return findings.invalid(
                    field + ".count",
                    need.getCount() + " is not between 0 and " + Limits.MAX_DEVICES,
                    "ask for fewer devices");
        }
        return switch (need.getMemoryCase()) {
            case MEMORY_NOT_SET -> true;
            case AUTO -> counted(findings, field, need);
            case MIB ->
                    counted(findings, field, need)
                            && ((need.getMib() > 0 && need.getMib() <= Limits.MAX_MIB)
                                    || findings.invalid(
                                            field + ".mib",
                                            need.getMib()
                                                    + " MiB is not between 1 and "
                                                    + Limits.MAX_MIB,
                                            "memory per device in MiB; leave it out for whole devices"));
            case SHARE_PPM ->
                    counted(findings, field, need)
                            && ((need.getSharePpm() > 0 && need.getSharePpm() <= ALL_PPM)
                                    || findings.invalid(
                                            field + ".share_ppm",
                                            need.getSharePpm() + " is not between 1 and " + ALL_PPM,
                                            "a share in parts per million: 500000 is half a device"));
        };
    }

    /** What {@code set} is to change, as far as it can be judged without the state. */
    static boolean change(Findings findings, SetTaskRequest request) {
        return switch (request.getChangeCase()) {
            case DEVICES -> devices(findings, "devices", request.getDevices());
            case NAME -> newName(findings, request.getFullname(), request.getName());
            case PARENTS ->
                    names(findings, "parents.names", request.getParents().getNamesList())
                            && condition(findings, request.getParents());
            case LABELS ->
                    new TaskCheck(findings).labels("labels", request.getLabels().getLabelsMap());
            case WHERE -> WhereCheck.where(findings, "where", request.getWhere());
            case PRIORITY, CHANGE_NOT_SET -> true;
        };
    }

    private static boolean newName(Findings findings, String fullname, String name) {
        if (name.indexOf('/') >= 0) {
            return findings.invalid(
                    "name",
                    "'" + Names.shown(name) + "' holds a '/'",
                    "a task stays in its group: give the last part only");
        }
        String group = fullname.substring(0, fullname.lastIndexOf('/') + 1);
        return findings.name("name", name, Names.ofTask(group + name));
    }

    private static boolean condition(Findings findings, ParentList parents) {
        return parents.getCondition() != EdgeCondition.UNRECOGNIZED
                || findings.invalid(
                        "parents.condition",
                        parents.getConditionValue() + " is not known here",
                        "one of SUCCESS, ANY");
    }

    private static boolean counted(Findings findings, String field, DeviceNeed need) {
        return need.getCount() > 0
                || findings.invalid(
                        field + ".count",
                        "is 0, but memory per device is given",
                        "set count to 1 or more");
    }

    static boolean key(Findings findings, GetTaskRequest request) {
        return switch (request.getKeyCase()) {
            case FULLNAME -> taskName(findings, "fullname", request.getFullname());
            case TASK_ID -> true;
            case KEY_NOT_SET ->
                    findings.invalid("key", "is missing", "give a fullname or a task_id");
        };
    }

    static boolean readLog(Findings findings, ReadLogRequest request) {
        return taskName(findings, "fullname", request.getFullname())
                && logKind(findings, request)
                && logStart(findings, request);
    }

    static boolean pageLimit(Findings findings, int limit) {
        return (limit >= 0 && limit <= LogPages.MAX_BYTES)
                || findings.invalid(
                        "limit",
                        limit + " is not between 0 and " + LogPages.MAX_BYTES,
                        "leave it out for the most that one page holds, and ask for the next page");
    }

    /**
     * A drain.
     *
     * @param deadlineMs 0 if none was given
     */
    static boolean drain(Findings findings, String node, String reason, long deadlineMs) {
        return nodeName(findings, "node", node)
                && reason(findings, reason)
                && ((deadlineMs >= 0 && deadlineMs <= LONGEST_DRAIN_MS)
                        || findings.invalid(
                                "deadline",
                                "is not between 0 and 30 days",
                                "leave it out to let running tasks end by themselves"));
    }

    static boolean fenceHold(Findings findings, long durationMs) {
        return (durationMs >= 1_000 && durationMs <= LONGEST_FENCE_HOLD_MS)
                || findings.invalid(
                        "duration",
                        "is not between 1 second and 24 hours",
                        "hold again before it is over, if it takes longer");
    }

    private static boolean logStart(Findings findings, ReadLogRequest request) {
        if (request.getTailLines() < 0) {
            return findings.invalid(
                    "tail_lines",
                    request.getTailLines() + " is below 0",
                    "leave it out for all lines");
        }
        if (request.hasSince() && !Timestamps.isValid(request.getSince())) {
            return findings.invalid("since", "is no time", "seconds since 1970, and nanoseconds");
        }
        String field = request.hasSince() ? "since" : "tail_lines";
        return !(request.hasSince() || request.hasTailLines())
                || request.getOffset() == 0
                || findings.invalid(
                        field, "is given, and an offset as well", "give one of the two");
    }

    private static boolean logKind(Findings findings, ReadLogRequest request) {
        return switch (request.getKind()) {
            case LOG_KIND_STDOUT, LOG_KIND_STDERR, LOG_KIND_HOOKS ->
                    request.getAttempt() >= 0
                            || findings.invalid(
                                    "attempt",
                                    request.getAttempt() + " is below 0",
                                    "0 is the newest attempt");
            case LOG_KIND_UNSPECIFIED, UNRECOGNIZED ->
                    findings.invalid(
                            "kind",
                            request.getKindValue() + " is no log",
                            "one of STDOUT, STDERR, HOOKS");
        };
    }

    static boolean settingKey(Findings findings, String key, String value) {
        return findings.text("key", key, Limits.MAX_WORD_BYTES)
                && findings.text("value", value, Limits.MAX_WORD_BYTES);
    }
}
