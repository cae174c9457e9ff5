package io.cattino.agent.wire;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.cattino.agent.core.Attempt;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.Course;
import io.cattino.agent.core.DevicePeak;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.End;
import io.cattino.agent.core.LaunchFailure;
import io.cattino.agent.core.Phase;
import io.cattino.agent.core.Report;
import io.cattino.agent.exec.Bundle;
import io.cattino.agent.exec.LaunchOrder;
import io.cattino.agent.exec.PythonWork;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReleased;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptStarted;
import io.cattino.proto.v1.AttemptStranded;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.GroupStart;
import io.cattino.proto.v1.Launch;
import io.cattino.proto.v1.PythonObject;
import io.cattino.proto.v1.PythonScript;
import io.cattino.proto.v1.Reason;
import io.cattino.proto.v1.RunningAttempt;
import io.cattino.proto.v1.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The mapping, both ways. What came from outside and makes no sense throws
 * IllegalArgumentException.
 */
public final class Wire {

    private static final int LONGEST_REASON = 1024;
    private static final String FENCED = "Fenced";

    private Wire() {}

    /** The name of an attempt. */
    public static AttemptId attemptId(AttemptRef ref) {
        return new AttemptId(ref.getTaskId(), ref.getNumber(), ref.getEpoch());
    }

    /** The name of an attempt. */
    public static AttemptRef ref(AttemptId id) {
        return AttemptRef.newBuilder()
                .setTaskId(id.taskId())
                .setNumber(id.number())
                .setEpoch(id.epoch())
                .build();
    }

    /** What an attempt was promised. */
    public static List<DevicePromise> promises(List<DeviceShare> shares) {
        return shares.stream()
                .map(share -> new DevicePromise(share.getIndex(), share.getMib()))
                .toList();
    }

    /** An order, with the context it refers to. */
    public static LaunchOrder order(Launch launch, Context context) {
        TaskSpec spec = launch.getSpec();
        String workingDirectory =
                spec.getWorkingDirectory().isEmpty()
                        ? context.getWorkingDirectory()
                        : spec.getWorkingDirectory();
        Path runDir = Path.of(launch.getRunDir());
        Optional<Bundle> bundle =
                context.hasBundle() ? Optional.of(bundle(context, runDir)) : Optional.empty();
        UnaryOperator<Path> placed = path -> bundle.map(it -> it.placed(path)).orElse(path);
        return new LaunchOrder(
                attemptId(launch.getRef()),
                spec.getFullname(),
                spec.getCommand().getArgvList(),
                spec.getCommand().getShell(),
                context.getEnvironmentMap(),
                spec.getEnvMap(),
                placed.apply(Path.of(workingDirectory).normalize()),
                context.getUmask(),
                runDir,
                promises(launch.getDevicesList()),
                launch.getCoordinator(),
                context.getUser(),
                bundle,
                spec.getCommand().hasPython() || launch.getGroupStartsCount() > 0
                        ? Optional.of(python(launch, context, placed))
                        : Optional.empty());
    }

    private static Bundle bundle(Context context, Path runDir) {
        return new Bundle(
                Path.of(context.getBundle().getRoot()).normalize(),
                () -> context.getBundle().getZip().toByteArray(),
                runDir);
    }

    private static PythonWork python(Launch launch, Context context, UnaryOperator<Path> placed) {
        PythonScript script = context.getPythonScript();
        PythonObject object = launch.getSpec().getCommand().getPython();
        List<GroupStart> starts = launch.getGroupStartsList();
        return new PythonWork(
                script.getPython(),
                new PythonWork.Script(
                        placed.apply(Path.of(script.getPath())).toString(),
                        context.getScript().toStringUtf8(),
                        // All of a group are of one run of the script.
                        starts.isEmpty()
                                ? object.getArgumentsList()
                                : starts.getFirst().getPython().getArgumentsList(),
                        script.getSearchPathList().stream()
                                .map(entry -> placed.apply(Path.of(entry)).toString())
                                .toList(),
                        script.getSeed()),
                switch (object.getKind()) {
                    case KIND_UNSPECIFIED, KIND_COMMAND -> "command";
                    case KIND_FUNCTION -> "function";
                    case KIND_CUSTOM -> "custom";
                    case KIND_GROUP_END -> "group_end";
                    case UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    "a kind of Python object that this agent does not know: "
                                            + object.getKindValue());
                },
                object.getExportPath(),
                object.getExportedName(),
                object.getHooksList(),
                starts.stream()
                        .map(start ->
                                new PythonWork.GroupStart(
                                        start.getFullname(),
                                        start.getPython().getExportPath(),
                                        start.getPython().getExportedName()))
                        .toList());
    }

    /** A report as it is sent. */
    public static AttemptReport report(Report report) {
        AttemptReport.Builder builder =
                AttemptReport.newBuilder()
                        .setSequence(report.sequence())
                        .setRef(ref(report.id()))
                        .setTime(timestamp(report.wallMs()));
        switch (report.event()) {
            case Report.Event.Started(long pid) ->
                    builder.setStarted(AttemptStarted.newBuilder().setPid(pid));
            case Report.Event.Ended(End end) -> builder.setEnded(ended(end));
            case Report.Event.Released _ ->
                    builder.setReleased(AttemptReleased.getDefaultInstance());
            case Report.Event.Stranded(String text) ->
                    builder.setStranded(AttemptStranded.newBuilder().setText(text));
        }
        return builder.build();
    }

    /** An end as it is kept on disk. */
    public static AttemptReport keptEnd(AttemptId id, End end) {
        return AttemptReport.newBuilder()
                .setRef(ref(id))
                .setTime(timestamp(end.wallMs()))
                .setEnded(ended(end))
                .build();
    }

    /** An end as it was kept on disk. */
    public static End end(AttemptReport kept) {
        return new End(
                result(kept.getEnded()),
                millis(kept.getTime()),
                kept.getEnded().getLeftovers(),
                new Course(
                        kept.getEnded().getGroupsStarted(),
                        kept.getEnded().getPeaksList().stream()
                                .map(peak -> new DevicePeak(peak.getIndex(), peak.getMib()))
                                .toList(),
                        kept.getEnded().hasShortage()
                                ? Optional.of(ShortageWire.decode(kept.getEnded().getShortage()))
                                : Optional.empty(),
                        note(kept.getEnded())));
    }

    private static String note(AttemptEnded ended) {
        return ended.getResult() == io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_EXITED
                ? ended.getReason().getText()
                : "";
    }

    /** An attempt for the Hello; empty if nothing of it is left. */
    public static Optional<RunningAttempt> running(Attempt attempt) {
        if (attempt.isReleased()) {
            return Optional.empty();
        }
        RunningAttempt.Builder builder =
                RunningAttempt.newBuilder()
                        .setRef(ref(attempt.id()))
                        .setPid(attempt.pid())
                        .setStarted(
                                attempt.pid() != 0
                                        && !(attempt.phase() instanceof Phase.Preparing));
        if (attempt.pid() != 0) {
            builder.setStartTime(timestamp(attempt.startWallMs()));
        }
        for (DevicePromise promise : attempt.devices()) {
            builder.addDevices(
                    DeviceShare.newBuilder().setIndex(promise.index()).setMib(promise.mib()));
        }
        return Optional.of(builder.build());
    }

    private static AttemptEnded ended(End end) {
        AttemptEnded.Builder builder =
                AttemptEnded.newBuilder()
                        .setLeftovers(end.leftovers())
                        .setGroupsStarted(end.course().groupsStarted());
        for (DevicePeak peak : end.course().peaks()) {
            builder.addPeaks(DeviceShare.newBuilder().setIndex(peak.index()).setMib(peak.mib()));
        }
        end.course()
                .shortage()
                .ifPresent(shortage -> builder.setShortage(ShortageWire.encode(shortage)));
        switch (end.result()) {
            case AttemptResult.Exited(int code) ->
                    builder.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_EXITED)
                            .setExitCode(code)
                            .setReason(reason("", end.course().note(), ""));
            case AttemptResult.LaunchFailed(LaunchFailure failure, String text, String hint) ->
                    builder.setResult(
                                    io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_LAUNCH_FAILED)
                            .setExitCode(failure.exitCode())
                            .setLaunchFailure(encode(failure))
                            .setReason(reason("", text, hint));
            case AttemptResult.NotStarted(String reason, String text) ->
                    builder.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_NOT_STARTED)
                            .setReason(reason(reason, text, ""));
            case AttemptResult.Vanished(String text) ->
                    builder.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_VANISHED)
                            .setReason(reason("Vanished", text, ""));
            case AttemptResult.Fenced(String text) ->
                    builder.setResult(io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_VANISHED)
                            .setReason(reason(FENCED, text, ""));
        }
        return builder.build();
    }

    private static AttemptResult result(AttemptEnded ended) {
        Reason reason = ended.getReason();
        return switch (ended.getResult()) {
            case ATTEMPT_RESULT_EXITED -> new AttemptResult.Exited(ended.getExitCode());
            case ATTEMPT_RESULT_LAUNCH_FAILED ->
                    new AttemptResult.LaunchFailed(
                            decode(ended.getLaunchFailure()), reason.getText(), reason.getHint());
            case ATTEMPT_RESULT_NOT_STARTED ->
                    new AttemptResult.NotStarted(reason.getCode(), reason.getText());
            case ATTEMPT_RESULT_VANISHED ->
                    reason.getCode().equals(FENCED)
                            ? new AttemptResult.Fenced(reason.getText())
                            : new AttemptResult.Vanished(reason.getText());
            case ATTEMPT_RESULT_UNSPECIFIED, ATTEMPT_RESULT_LOST, UNRECOGNIZED ->
                    throw new IllegalArgumentException("no end: " + ended.getResult());
        };
    }

    private static io.cattino.proto.v1.LaunchFailure encode(LaunchFailure failure) {
        return switch (failure) {
            case COMMAND_NOT_FOUND ->
                    io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_COMMAND_NOT_FOUND;
            case NOT_EXECUTABLE -> io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_NOT_EXECUTABLE;
            case WORKDIR_MISSING ->
                    io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_WORKDIR_MISSING;
            case RUN_DIR_UNWRITABLE ->
                    io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_RUN_DIR_UNWRITABLE;
            case INVALID_ARGUMENT ->
                    io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_INVALID_ARGUMENT;
            case ARGUMENTS_TOO_LONG ->
                    io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_ARGUMENTS_TOO_LONG;
            case INVALID_ORDER -> io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_INVALID_ORDER;
            case HOOK_FAILED -> io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_HOOK_FAILED;
            case GROUP_HOOK_FAILED ->
                    io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_GROUP_HOOK_FAILED;
            case OTHER -> io.cattino.proto.v1.LaunchFailure.LAUNCH_FAILURE_UNSPECIFIED;
        };
    }

    private static LaunchFailure decode(io.cattino.proto.v1.LaunchFailure failure) {
        return switch (failure) {
            case LAUNCH_FAILURE_COMMAND_NOT_FOUND -> LaunchFailure.COMMAND_NOT_FOUND;
            case LAUNCH_FAILURE_NOT_EXECUTABLE -> LaunchFailure.NOT_EXECUTABLE;
            case LAUNCH_FAILURE_WORKDIR_MISSING -> LaunchFailure.WORKDIR_MISSING;
            case LAUNCH_FAILURE_RUN_DIR_UNWRITABLE -> LaunchFailure.RUN_DIR_UNWRITABLE;
            case LAUNCH_FAILURE_INVALID_ARGUMENT -> LaunchFailure.INVALID_ARGUMENT;
            case LAUNCH_FAILURE_ARGUMENTS_TOO_LONG -> LaunchFailure.ARGUMENTS_TOO_LONG;
            case LAUNCH_FAILURE_INVALID_ORDER -> LaunchFailure.INVALID_ORDER;
            case LAUNCH_FAILURE_HOOK_FAILED -> LaunchFailure.HOOK_FAILED;
            case LAUNCH_FAILURE_GROUP_HOOK_FAILED -> LaunchFailure.GROUP_HOOK_FAILED;
            case LAUNCH_FAILURE_UNSPECIFIED, UNRECOGNIZED -> LaunchFailure.OTHER;
        };
    }

    private static Reason reason(String code, String text, String hint) {
        return Reason.newBuilder().setCode(code).setText(cut(text)).setHint(cut(hint)).build();
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST_REASON / 4) {
            return text;
        }
        int end = LONGEST_REASON / 4;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    /** A duration as a message. */
    public static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.toSeconds())
                .setNanos(duration.toNanosPart())
                .build();
    }

    /** Milliseconds of a duration. */
    public static long millis(Duration duration) {
        return duration.getSeconds() * 1_000 + duration.getNanos() / 1_000_000;
    }

    /** A timestamp as milliseconds since 1970-01-01 UTC. */
    public static long millis(Timestamp time) {
        return time.getSeconds() * 1_000 + time.getNanos() / 1_000_000;
    }

    /** Milliseconds since 1970-01-01 UTC as a timestamp. */
    public static Timestamp timestamp(long wallMs) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(wallMs, 1_000L))
                .setNanos(Math.floorMod(wallMs, 1_000) * 1_000_000)
                .build();
    }
}
