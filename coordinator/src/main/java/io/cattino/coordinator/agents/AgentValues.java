package io.cattino.coordinator.agents;

import com.google.protobuf.Timestamp;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.Input.Shortage;
import io.cattino.coordinator.core.NodeTrouble;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Goodbye;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.LaunchFailure;
import io.cattino.proto.v1.Trouble;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What agents say in the course of a session, as values of the core that are harmless whatever they
 * said (law 3): numbers within what can be, text cut and cleaned, nothing twice. Stateless; any
 * thread.
 */
final class AgentValues {
    static final int MAX_INDEX = 4_095;

    private static final int MAX_USES = 10_000;
    private static final int MAX_SQUATTERS = 8;
    private static final int MAX_EXIT_CODE = 255;
    private static final int NOT_LAUNCHED = 127;

    /** The year 9999: beyond it, times cannot be written down. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    /** What an agent says of an attempt that its fence killed. */
    private static final String FENCED = "Fenced";

    private AgentValues() {}

    /** An attempt's name, or nothing if it cannot be one. */
    static Optional<AttemptId> attempt(AttemptRef ref) {
        return ref.getTaskId() > 0 && ref.getNumber() > 0 && ref.getEpoch() > 0
                ? Optional.of(SpecCodec.decode(ref))
                : Optional.empty();
    }

    /** A report, or nothing if it names no attempt or tells of something that is not known here. */
    static Optional<AgentReport> report(AttemptReport report, long nowWallMs) {
        Optional<AttemptId> attempt = attempt(report.getRef());
        if (attempt.isEmpty() || report.getSequence() <= 0) {
            return Optional.empty();
        }
        return event(report)
                .map(event ->
                        new AgentReport(
                                report.getSequence(),
                                attempt.get(),
                                wallMs(report.getTime(), nowWallMs),
                                event));
    }

    private static Optional<AttemptEvent> event(AttemptReport report) {
        return switch (report.getEventCase()) {
            case STARTED ->
                    Optional.of(
                            new AttemptEvent.Started(Math.max(0, report.getStarted().getPid())));
            case ENDED ->
                    Optional.of(
                            new AttemptEvent.Ended(
                                    result(report.getEnded()),
                                    Math.max(0, report.getEnded().getGroupsStarted()),
                                    shares(report.getEnded().getPeaksList()),
                                    shortage(report.getEnded()),
                                    note(report.getEnded())));
            case RELEASED -> Optional.of(new AttemptEvent.Released());
            case STRANDED ->
                    Optional.of(
                            new AttemptEvent.Stranded(
                                    Texts.sentence(report.getStranded().getText())));
            case EVENT_NOT_SET -> Optional.empty();
        };
    }

    /** Of an exit code; all else has its text in the result. */
    private static String note(AttemptEnded ended) {
        return ended.getResult() == io.cattino.proto.v1.AttemptResult.ATTEMPT_RESULT_EXITED
                ? Texts.sentence(ended.getReason().getText())
                : "";
    }

    private static AttemptResult result(AttemptEnded ended) {
        String text = Texts.sentence(ended.getReason().getText());
        return switch (ended.getResult()) {
            case ATTEMPT_RESULT_EXITED ->
                    ended.hasExitCode()
                            ? new AttemptResult.Exited(exitCode(ended.getExitCode()))
                            : new AttemptResult.Vanished("it ended without an exit code");
            case ATTEMPT_RESULT_LAUNCH_FAILED ->
                    new AttemptResult.LaunchFailed(
                            failure(ended.getLaunchFailure()),
                            text,
                            Texts.sentence(ended.getReason().getHint()),
                            ended.hasExitCode() ? exitCode(ended.getExitCode()) : NOT_LAUNCHED);
            case ATTEMPT_RESULT_NOT_STARTED -> new AttemptResult.NotStarted(notStarted(ended));
            case ATTEMPT_RESULT_VANISHED ->
                    ended.getReason().getCode().equals(FENCED)
                            ? new AttemptResult.Lost(text)
                            : new AttemptResult.Vanished(text);
            // Only the leader can tell that a node is lost.
            case ATTEMPT_RESULT_LOST, ATTEMPT_RESULT_UNSPECIFIED, UNRECOGNIZED ->
                    new AttemptResult.Vanished(
                            "it ended in a way that is not known here: " + ended.getResultValue());
        };
    }

    private static Optional<Shortage> shortage(AttemptEnded ended) {
        if (!ended.hasShortage()) {
            return Optional.empty();
        }
        io.cattino.proto.v1.Shortage shortage = ended.getShortage();
        Optional<DeviceShare> promised =
                shortage.hasPromised()
                        ? shares(List.of(shortage.getPromised())).stream().findFirst()
                        : Optional.empty();
        Optional<AttemptUse> neighbour =
                attempt(shortage.getNeighbour().getRef())
                        .map(id -> new AttemptUse(id, mib(shortage.getNeighbour().getUsedMib())));
        return Optional.of(
                new Shortage(
                        shortage.getMemory() == io.cattino.proto.v1.Shortage.Memory.MEMORY_HOST,
                        promised,
                        shortage.hasLeftMib()
                                ? OptionalLong.of(mib(shortage.getLeftMib()))
                                : OptionalLong.empty(),
                        neighbour,
                        shortage.hasSquatter()
                                ? Optional.of(squatter(shortage.getSquatter()))
                                : Optional.empty()));
    }

    private static ReasonCode failure(LaunchFailure failure) {
        return switch (failure) {
            case LAUNCH_FAILURE_COMMAND_NOT_FOUND -> ReasonCode.COMMAND_NOT_FOUND;
            case LAUNCH_FAILURE_NOT_EXECUTABLE -> ReasonCode.NOT_EXECUTABLE;
            case LAUNCH_FAILURE_WORKDIR_MISSING -> ReasonCode.WORKDIR_MISSING;
            case LAUNCH_FAILURE_RUN_DIR_UNWRITABLE -> ReasonCode.RUN_DIR_UNWRITABLE;
            case LAUNCH_FAILURE_INVALID_ARGUMENT -> ReasonCode.INVALID_ARGUMENT;
            case LAUNCH_FAILURE_ARGUMENTS_TOO_LONG -> ReasonCode.ARGUMENTS_TOO_LONG;
            case LAUNCH_FAILURE_INVALID_ORDER -> ReasonCode.INVALID_ORDER;
            case LAUNCH_FAILURE_HOOK_FAILED -> ReasonCode.HOOK_FAILED;
            case LAUNCH_FAILURE_GROUP_HOOK_FAILED -> ReasonCode.GROUP_HOOK_FAILED;
            case LAUNCH_FAILURE_UNSPECIFIED, UNRECOGNIZED -> ReasonCode.LAUNCH_FAILED;
        };
    }

    /** What lies in the node is for people only: {@code DiskFull: No space left for /runs/1.} */
    private static String notStarted(AttemptEnded ended) {
        String word = ended.getReason().getCode();
        String text = ended.getReason().getText();
        return Texts.sentence(word.isEmpty() ? text : word + ": " + text);
    }

    private static int exitCode(int code) {
        return Math.clamp(code, 0, MAX_EXIT_CODE);
    }

    /** A moment as an agent's clock had it; now if it named none that can be. */
    static long wallMs(Timestamp time, long nowWallMs) {
        long seconds = time.getSeconds();
        return seconds > 0
                        && seconds <= MAX_SECONDS
                        && time.getNanos() >= 0
                        && time.getNanos() < 1_000_000_000
                ? seconds * 1_000 + time.getNanos() / 1_000_000
                : nowWallMs;
    }

    /** For how many milliseconds an agent means to be away; for ever, if it does not say. */
    static long away(Goodbye goodbye) {
        return goodbye.hasAway()
                ? Math.clamp(goodbye.getAway().getSeconds(), 0, MAX_SECONDS) * 1_000
                : Long.MAX_VALUE;
    }

    /** What the agent complains of. */
    static Set<NodeTrouble> troubles(Heartbeat heartbeat) {
        Set<NodeTrouble> troubles = EnumSet.noneOf(NodeTrouble.class);
        for (Trouble trouble : heartbeat.getTroublesList()) {
            troubles.add(
                    switch (trouble) {
                        case TROUBLE_FENCE_DOWN -> NodeTrouble.FENCE_DOWN;
                        case TROUBLE_DISK_FULL -> NodeTrouble.DISK_FULL;
                        case TROUBLE_UNSPECIFIED, UNRECOGNIZED -> NodeTrouble.OTHER;
                    });
        }
        return troubles;
    }

    /** The samples of devices that the node has. */
    static List<DeviceSample> samples(Heartbeat heartbeat, Set<Integer> known) {
        List<DeviceSample> samples = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (io.cattino.proto.v1.DeviceSample sample : heartbeat.getDevicesList()) {
            if (known.contains(sample.getIndex()) && seen.add(sample.getIndex())) {
                samples.add(
                        new DeviceSample(
                                sample.getIndex(),
                                mib(sample.getUsedMib()),
                                uses(sample),
                                sample.getUnknown(),
                                squatters(sample),
                                telemetry(sample),
                                Texts.sentence(sample.getHealth())));
            }
        }
        return samples;
    }

    private static Telemetry telemetry(io.cattino.proto.v1.DeviceSample sample) {
        return new Telemetry(
                sample.hasUtilizationPercent()
                        ? OptionalInt.of(Math.clamp(sample.getUtilizationPercent(), 0, 100))
                        : OptionalInt.empty(),
                sample.hasTemperatureCelsius()
                        ? OptionalInt.of(Math.clamp(sample.getTemperatureCelsius(), -273, 1_000))
                        : OptionalInt.empty(),
                sample.hasPowerMilliwatts()
                        ? OptionalInt.of(Math.max(0, sample.getPowerMilliwatts()))
                        : OptionalInt.empty(),
                sample.hasEccUncorrected()
                        ? OptionalLong.of(Math.max(0, sample.getEccUncorrected()))
                        : OptionalLong.empty(),
                sample.hasLastXid()
                        ? OptionalInt.of(Math.max(0, sample.getLastXid()))
                        : OptionalInt.empty());
    }

    private static List<AttemptUse> uses(io.cattino.proto.v1.DeviceSample sample) {
        List<AttemptUse> uses = new ArrayList<>();
        Set<AttemptId> seen = new HashSet<>();
        for (io.cattino.proto.v1.AttemptUse use : sample.getAttemptsList()) {
            Optional<AttemptId> attempt = attempt(use.getRef());
            if (attempt.isPresent() && uses.size() < MAX_USES && seen.add(attempt.get())) {
                uses.add(new AttemptUse(attempt.get(), mib(use.getUsedMib())));
            }
        }
        return uses;
    }

    private static List<Squatter> squatters(io.cattino.proto.v1.DeviceSample sample) {
        return sample.getSquattersList().stream()
                .limit(MAX_SQUATTERS)
                .map(AgentValues::squatter)
                .toList();
    }

    private static Squatter squatter(io.cattino.proto.v1.Squatter squatter) {
        return new Squatter(
                squatter.getPid(),
                Texts.word(squatter.getUser()),
                Texts.word(squatter.getCommand()),
                wallMs(squatter.getStartTime(), 0),
                mib(squatter.getUsedMib()));
    }

    /** What an attempt holds or used, as far as that can be. */
    static List<DeviceShare> shares(List<io.cattino.proto.v1.DeviceShare> shares) {
        List<DeviceShare> out = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (io.cattino.proto.v1.DeviceShare share : shares) {
            if (share.getIndex() >= 0
                    && share.getIndex() <= MAX_INDEX
                    && seen.add(share.getIndex())) {
                out.add(new DeviceShare(share.getIndex(), mib(share.getMib())));
            }
        }
        return out;
    }

    private static long mib(long value) {
        return Math.clamp(value, 0, Limits.MAX_MIB);
    }
}
