package io.cattino.client.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.cattino.client.Bundle;
import io.cattino.client.DeviceNeed;
import io.cattino.client.EdgeCondition;
import io.cattino.client.EventQuery;
import io.cattino.client.LogKind;
import io.cattino.client.Memory;
import io.cattino.client.OnDisconnect;
import io.cattino.client.OverrideMode;
import io.cattino.client.Parents;
import io.cattino.client.ProcTask;
import io.cattino.client.PythonObject;
import io.cattino.client.PythonScript;
import io.cattino.client.Submission;
import io.cattino.client.SubmitContext;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import io.cattino.client.Where;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.GroupSpec;
import io.cattino.proto.v1.ListEventsRequest;
import io.cattino.proto.v1.ParentList;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskSpec;
import java.time.Duration;
import java.time.Instant;

/** Values as they go over the wire. */
final class ToProto {

    private ToProto() {}

    static SubmitRequest submission(Submission submission) {
        SubmitRequest.Builder request =
                SubmitRequest.newBuilder()
                        .setRequestId(submission.requestId())
                        .setContext(context(submission.context()))
                        .setOverrideMode(overrideMode(submission.overrideMode()))
                        .setAllowUnfit(submission.allowUnfit());
        submission.tasks().forEach((fullname, task) -> request.addTasks(task(fullname, task)));
        submission.groups().forEach((fullname, group) -> request.addGroups(group(fullname, group)));
        submission
                .edges()
                .forEach(edge ->
                        request.addEdges(
                                Edge.newBuilder()
                                        .setFrom(edge.from())
                                        .setTo(edge.to())
                                        .setCondition(condition(edge.condition()))));
        return request.build();
    }

    static io.cattino.proto.v1.DeviceNeed devices(DeviceNeed need) {
        io.cattino.proto.v1.DeviceNeed.Builder devices =
                io.cattino.proto.v1.DeviceNeed.newBuilder().setCount(need.count());
        switch (need.memory()) {
            case null -> {}
            case Memory.Amount amount -> devices.setMib(amount.mib());
            case Memory.Share share -> devices.setSharePpm(share.ppm());
            case Memory.Auto _ -> devices.getAutoBuilder();
        }
        return devices.build();
    }

    static io.cattino.proto.v1.TaskQuery query(TaskQuery query) {
        io.cattino.proto.v1.TaskQuery.Builder built =
                io.cattino.proto.v1.TaskQuery.newBuilder()
                        .addAllNames(query.names())
                        .putAllLabels(query.labels())
                        .setSubmissionId(query.submission())
                        .setUser(query.user())
                        .setLatestSubmission(query.latestSubmission());
        query.statuses().forEach(status -> built.addStatuses(status(status)));
        return built.build();
    }

    static ListEventsRequest events(EventQuery query) {
        ListEventsRequest.Builder built =
                ListEventsRequest.newBuilder()
                        .setQuery(query(query.tasks()))
                        .setAfterRevision(query.afterRevision())
                        .setNode(query.node())
                        .setLimit(query.limit());
        Instant since = query.since();
        if (since != null) {
            built.setSince(timestamp(since));
        }
        return built.build();
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    static ParentList parents(Parents parents) {
        return ParentList.newBuilder()
                .addAllNames(parents.names())
                .setCondition(condition(parents.condition()))
                .build();
    }

    static io.cattino.proto.v1.TaskSelector selector(TaskSelector selector) {
        return io.cattino.proto.v1.TaskSelector.newBuilder()
                .addAllNames(selector.names())
                .setAll(selector.all())
                .build();
    }

    static io.cattino.proto.v1.LogKind logKind(LogKind kind) {
        return switch (kind) {
            case STDOUT -> io.cattino.proto.v1.LogKind.LOG_KIND_STDOUT;
            case STDERR -> io.cattino.proto.v1.LogKind.LOG_KIND_STDERR;
            case HOOKS -> io.cattino.proto.v1.LogKind.LOG_KIND_HOOKS;
        };
    }

    private static TaskSpec task(String fullname, ProcTask task) {
        TaskSpec.Builder spec =
                TaskSpec.newBuilder()
                        .setFullname(fullname)
                        .setCommand(command(task))
                        .setCpus(task.cpus())
                        .setPriority(task.priority())
                        .putAllEnv(task.env())
                        .putAllLabels(task.labels())
                        .setWorkingDirectory(task.workingDirectory())
                        .setOnDisconnect(onDisconnect(task.onDisconnect()))
                        .setOomRetryPermille(Math.toIntExact(Math.round(task.oomRetry() * 1_000)))
                        .setHold(task.hold());
        if (task.devices().count() > 0) {
            spec.setDevices(devices(task.devices()));
        }
        if (!task.where().equals(Where.anywhere())) {
            spec.setWhere(Wheres.toProto(task.where()));
        }
        Duration lostAfter = task.lostAfter();
        if (lostAfter != null) {
            spec.setLostAfter(Durations.toProto(lostAfter));
        }
        return spec.build();
    }

    private static Command command(ProcTask task) {
        Command.Builder command =
                Command.newBuilder().addAllArgv(task.command()).setShell(task.shell());
        PythonObject python = task.python();
        if (python != null) {
            command.setPython(python(python));
        }
        return command.build();
    }

    private static GroupSpec group(String fullname, TaskGroup group) {
        GroupSpec.Builder spec =
                GroupSpec.newBuilder().setFullname(fullname).setOpen(group.isOpen());
        PythonObject python = group.python();
        if (python != null) {
            spec.setPython(python(python));
        }
        return spec.build();
    }

    private static io.cattino.proto.v1.PythonObject python(PythonObject object) {
        return io.cattino.proto.v1.PythonObject.newBuilder()
                .setKind(kind(object.kind()))
                .setExportPath(object.exportPath())
                .setExportedName(object.exportedName())
                .addAllArguments(object.arguments())
                .addAllHooks(object.hooks())
                .build();
    }

    private static io.cattino.proto.v1.PythonObject.Kind kind(PythonObject.Kind kind) {
        return switch (kind) {
            case COMMAND -> io.cattino.proto.v1.PythonObject.Kind.KIND_COMMAND;
            case FUNCTION -> io.cattino.proto.v1.PythonObject.Kind.KIND_FUNCTION;
            case CUSTOM -> io.cattino.proto.v1.PythonObject.Kind.KIND_CUSTOM;
        };
    }

    private static Context context(SubmitContext context) {
        Context.Builder built =
                Context.newBuilder()
                        .setWorkingDirectory(context.workingDirectory())
                        .putAllEnvironment(context.environment())
                        .setUmask(context.umask())
                        .setScript(ByteString.copyFrom(context.script()))
                        .setUser(context.user())
                        .setHost(context.host());
        PythonScript python = context.python();
        if (python != null) {
            built.setPythonScript(
                    io.cattino.proto.v1.PythonScript.newBuilder()
                            .setPath(python.path())
                            .setPython(python.python())
                            .addAllSearchPath(python.searchPath())
                            .setSeed(python.seed()));
        }
        Bundle bundle = context.bundle();
        if (bundle != null) {
            built.setBundle(
                    io.cattino.proto.v1.Bundle.newBuilder()
                            .setRoot(bundle.root().toString())
                            .setZip(ByteString.copyFrom(bundle.zip())));
        }
        return built.build();
    }

    private static io.cattino.proto.v1.OnDisconnect onDisconnect(OnDisconnect value) {
        return switch (value) {
            case DEFAULT -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_UNSPECIFIED;
            case REQUEUE -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_REQUEUE;
            case WAIT -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_WAIT;
            case FAIL -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_FAIL;
        };
    }

    private static io.cattino.proto.v1.OverrideMode overrideMode(OverrideMode mode) {
        return switch (mode) {
            case DEFAULT -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_UNSPECIFIED;
            case FORBID -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_FORBID;
            case ALLOW -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_ALLOW;
            case RENAME -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_RENAME;
        };
    }

    private static io.cattino.proto.v1.EdgeCondition condition(EdgeCondition condition) {
        return switch (condition) {
            case SUCCESS -> io.cattino.proto.v1.EdgeCondition.EDGE_CONDITION_SUCCESS;
            case ANY -> io.cattino.proto.v1.EdgeCondition.EDGE_CONDITION_ANY;
        };
    }

    private static io.cattino.proto.v1.TaskStatus status(TaskStatus status) {
        return switch (status) {
            case WAITING -> io.cattino.proto.v1.TaskStatus.TASK_STATUS_WAITING;
            case RUNNING -> io.cattino.proto.v1.TaskStatus.TASK_STATUS_RUNNING;
            case DONE -> io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE;
            case FAILED -> io.cattino.proto.v1.TaskStatus.TASK_STATUS_FAILED;
            case CANCELLED -> io.cattino.proto.v1.TaskStatus.TASK_STATUS_CANCELLED;
        };
    }
}
