package io.cattino.coordinator.wire;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Blob;
import io.cattino.coordinator.core.model.Bundle;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.EdgeCondition;
import io.cattino.proto.v1.GroupSpec;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What people hand in, as the core's values and as messages, both ways. {@code decode} of {@code
 * encode} gives the same value. Decoding does not judge: ranges and names are the edge's business,
 * and must be checked there before. Only what no value can express (an enum value of a newer peer,
 * a script that is not UTF-8) throws {@link IllegalArgumentException}, with a text that names the
 * field. Stateless; any thread.
 */
public final class SpecCodec {
    /** Priority of a task that names none. */
    public static final int DEFAULT_PRIORITY = 1;

    private SpecCodec() {}

    public static io.cattino.proto.v1.TaskSpec encode(TaskSpec spec) {
        io.cattino.proto.v1.TaskSpec.Builder out =
                io.cattino.proto.v1.TaskSpec.newBuilder()
                        .setFullname(spec.fullname())
                        .setCommand(encode(spec.command()))
                        .setCpus(spec.cpus())
                        .setPriority(spec.priority())
                        .putAllEnv(spec.env())
                        .putAllLabels(spec.labels())
                        .setOnDisconnect(encode(spec.loss().onDisconnect()));
        if (spec.loss().lostAfterMs() > 0) {
            out.setLostAfter(Durations.ofMillis(spec.loss().lostAfterMs()));
        }
        out.setOomRetryPermille(spec.oomRetry().permille());
        if (!(spec.devices() instanceof DeviceNeed.None)) {
            out.setDevices(encode(spec.devices()));
        }
        if (!spec.where().equals(Where.ANYWHERE)) {
            out.setWhere(WhereCodec.encode(spec.where()));
        }
        String workingDirectory = spec.workingDirectory();
        if (workingDirectory != null) {
            out.setWorkingDirectory(workingDirectory);
        }
        return out.build();
    }

    public static TaskSpec decode(io.cattino.proto.v1.TaskSpec spec) {
        return new TaskSpec(
                spec.getFullname(),
                decode(spec.getCommand()),
                decode(spec.getDevices()),
                spec.getCpus(),
                spec.hasPriority() ? spec.getPriority() : DEFAULT_PRIORITY,
                new TreeMap<>(spec.getEnvMap()),
                new TreeMap<>(spec.getLabelsMap()),
                spec.getWorkingDirectory().isEmpty() ? null : spec.getWorkingDirectory(),
                new LossPolicy(
                        decode(spec.getOnDisconnect()),
                        spec.hasLostAfter() ? Durations.millis(spec.getLostAfter()) : 0),
                new OomRetry(spec.getOomRetryPermille()),
                spec.hasWhere() ? WhereCodec.decode(spec.getWhere()) : Where.ANYWHERE);
    }

    public static io.cattino.proto.v1.Command encode(Command command) {
        io.cattino.proto.v1.Command.Builder out =
                io.cattino.proto.v1.Command.newBuilder()
                        .addAllArgv(command.argv())
                        .setShell(command.shell());
        command.python().ifPresent(python -> out.setPython(PythonCodec.encode(python)));
        return out.build();
    }

    public static Command decode(io.cattino.proto.v1.Command command) {
        return new Command(
                command.getArgvList(),
                command.getShell(),
                command.hasPython()
                        ? Optional.of(PythonCodec.decode(command.getPython()))
                        : Optional.empty());
    }

    public static io.cattino.proto.v1.DeviceNeed encode(DeviceNeed need) {
        io.cattino.proto.v1.DeviceNeed.Builder out =
                io.cattino.proto.v1.DeviceNeed.newBuilder().setCount(need.count());
        switch (need) {
            case DeviceNeed.None _, DeviceNeed.Whole _ -> {}
            case DeviceNeed.Shared(_, MemoryAsk.Mib(long mib)) -> out.setMib(mib);
            case DeviceNeed.Shared(_, MemoryAsk.Share(int ppm)) -> out.setSharePpm(ppm);
            case DeviceNeed.Shared(_, MemoryAsk.Auto(Work work)) ->
                    out.getAutoBuilder().setExact(work.exact()).setFamily(work.family());
            case DeviceNeed.Shared(_, MemoryAsk.Learned _) ->
                    throw new IllegalStateException("what is reckoned for a look is not sent");
        }
        return out.build();
    }

    /** A count of 0 is a CPU task, whatever memory stands beside it. */
    public static DeviceNeed decode(io.cattino.proto.v1.DeviceNeed need) {
        if (need.getCount() == 0) {
            return new DeviceNeed.None();
        }
        return switch (need.getMemoryCase()) {
            case MIB -> new DeviceNeed.Shared(need.getCount(), new MemoryAsk.Mib(need.getMib()));
            case SHARE_PPM ->
                    new DeviceNeed.Shared(need.getCount(), new MemoryAsk.Share(need.getSharePpm()));
            case AUTO ->
                    new DeviceNeed.Shared(
                            need.getCount(),
                            new MemoryAsk.Auto(
                                    new Work(
                                            need.getAuto().getExact(),
                                            need.getAuto().getFamily())));
            case MEMORY_NOT_SET -> new DeviceNeed.Whole(need.getCount());
        };
    }

    public static io.cattino.proto.v1.OnDisconnect encode(OnDisconnect value) {
        return switch (value) {
            case DEFAULT -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_UNSPECIFIED;
            case REQUEUE -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_REQUEUE;
            case WAIT -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_WAIT;
            case FAIL -> io.cattino.proto.v1.OnDisconnect.ON_DISCONNECT_FAIL;
        };
    }

    public static OnDisconnect decode(io.cattino.proto.v1.OnDisconnect value) {
        return switch (value) {
            case ON_DISCONNECT_UNSPECIFIED -> OnDisconnect.DEFAULT;
            case ON_DISCONNECT_REQUEUE -> OnDisconnect.REQUEUE;
            case ON_DISCONNECT_WAIT -> OnDisconnect.WAIT;
            case ON_DISCONNECT_FAIL -> OnDisconnect.FAIL;
            case UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "on_disconnect has a value that is not known here");
        };
    }

    /** Without how far its hooks are. */
    public static GroupSpec encode(Group group) {
        GroupSpec.Builder out =
                GroupSpec.newBuilder().setFullname(group.fullname()).setOpen(group.open());
        group.hooks().ifPresent(hooks -> out.setPython(encode(hooks.python())));
        return out.build();
    }

    public static io.cattino.proto.v1.PythonObject encode(PythonObject object) {
        return PythonCodec.encode(object);
    }

    /** As submitted: its hooks have not begun. */
    public static Group decode(GroupSpec group) {
        return new Group(
                group.getFullname(),
                group.getOpen(),
                group.hasPython()
                        ? Optional.of(new GroupHooks(PythonCodec.decode(group.getPython())))
                        : Optional.empty());
    }

    public static EdgeCondition encode(Dependency.Condition condition) {
        return switch (condition) {
            case SUCCESS -> EdgeCondition.EDGE_CONDITION_SUCCESS;
            case ANY -> EdgeCondition.EDGE_CONDITION_ANY;
        };
    }

    public static Dependency.Condition decode(EdgeCondition condition) {
        return switch (condition) {
            case EDGE_CONDITION_UNSPECIFIED, EDGE_CONDITION_SUCCESS -> Dependency.Condition.SUCCESS;
            case EDGE_CONDITION_ANY -> Dependency.Condition.ANY;
            case UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "condition has a value that is not known here");
        };
    }

    public static AttemptRef encode(AttemptId attempt) {
        return AttemptRef.newBuilder()
                .setTaskId(attempt.task().value())
                .setNumber(attempt.number())
                .setEpoch(attempt.epoch())
                .build();
    }

    public static AttemptId decode(AttemptRef attempt) {
        return new AttemptId(
                new TaskId(attempt.getTaskId()), attempt.getNumber(), attempt.getEpoch());
    }

    /** Without its id, which is not part of the content. */
    public static io.cattino.proto.v1.Context encode(Context context) {
        io.cattino.proto.v1.Context.Builder out =
                io.cattino.proto.v1.Context.newBuilder()
                        .setWorkingDirectory(context.workingDirectory())
                        .putAllEnvironment(context.environment())
                        .setUmask(context.umask())
                        .setScript(ByteString.copyFromUtf8(context.script()))
                        .setUser(context.user())
                        .setHost(context.host());
        context.python().ifPresent(python -> out.setPythonScript(PythonCodec.encode(python)));
        context.bundle()
                .ifPresent(bundle ->
                        out.setBundle(
                                io.cattino.proto.v1.Bundle.newBuilder()
                                        .setRoot(bundle.root())
                                        .setZip(ByteString.copyFrom(bundle.zip().toByteArray()))));
        return out.build();
    }

    /** With the id that {@link #contextId} computes. */
    public static Context decode(io.cattino.proto.v1.Context context) {
        Context content = decode("", context);
        return decode(contextId(content), context);
    }

    /** With an id that was computed before. */
    public static Context decode(String id, io.cattino.proto.v1.Context context) {
        if (!context.getScript().isValidUtf8()) {
            throw new IllegalArgumentException("context.script is not UTF-8");
        }
        return new Context(
                id,
                context.getWorkingDirectory(),
                new TreeMap<>(context.getEnvironmentMap()),
                context.getUmask(),
                context.getScript().toStringUtf8(),
                context.getUser(),
                context.getHost(),
                context.hasPythonScript()
                        ? Optional.of(PythonCodec.decode(context.getPythonScript()))
                        : Optional.empty(),
                context.hasBundle()
                        ? Optional.of(
                                new Bundle(
                                        context.getBundle().getRoot(),
                                        Blob.of(context.getBundle().getZip().toByteArray())))
                        : Optional.empty());
    }

    /** SHA-256, in hex, of the content as one message; the id it carries so far does not count. */
    public static String contextId(Context context) {
        return Digests.sha256Hex(Digests.deterministicBytes(encode(context)));
    }
}
