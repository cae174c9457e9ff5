package io.cattino.it.sim;

import io.cattino.agent.core.Attempt;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.Phase;
import io.cattino.agent.core.Report;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.TaskId;
import java.util.List;
import java.util.Optional;

/** An agent's values as the coordinator's, and back: what the wire does, without the wire. */
final class Translate {
    private Translate() {}

    static io.cattino.coordinator.core.model.AttemptId id(AttemptId id) {
        return new io.cattino.coordinator.core.model.AttemptId(
                new TaskId(id.taskId()), id.number(), id.epoch());
    }

    static AttemptId id(io.cattino.coordinator.core.model.AttemptId id) {
        return new AttemptId(id.task().value(), id.number(), id.epoch());
    }

    static List<DevicePromise> promises(List<DeviceShare> shares) {
        return shares.stream().map(share -> new DevicePromise(share.index(), share.mib())).toList();
    }

    static AgentReport report(Report report) {
        return new AgentReport(
                report.sequence(), id(report.id()), report.wallMs(), event(report.event()));
    }

    private static AttemptEvent event(Report.Event event) {
        return switch (event) {
            case Report.Event.Started(long pid) -> new AttemptEvent.Started(pid);
            case Report.Event.Ended(var end) ->
                    new AttemptEvent.Ended(
                            result(end.result()),
                            end.course().groupsStarted(),
                            end.course().peaks().stream()
                                    .map(peak -> new DeviceShare(peak.index(), peak.mib()))
                                    .toList());
            case Report.Event.Released() -> new AttemptEvent.Released();
            case Report.Event.Stranded(String text) -> new AttemptEvent.Stranded(text);
        };
    }

    private static io.cattino.coordinator.core.model.AttemptResult result(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Exited(int code) ->
                    new io.cattino.coordinator.core.model.AttemptResult.Exited(code);
            case AttemptResult.LaunchFailed(var failure, String text, String hint) ->
                    new io.cattino.coordinator.core.model.AttemptResult.LaunchFailed(
                            ReasonCode.LAUNCH_FAILED, text, hint, failure.exitCode());
            case AttemptResult.NotStarted(String reason, String text) ->
                    new io.cattino.coordinator.core.model.AttemptResult.NotStarted(
                            reason + ": " + text);
            case AttemptResult.Fenced(String text) ->
                    new io.cattino.coordinator.core.model.AttemptResult.Lost(text);
            case AttemptResult.Vanished(String text) ->
                    new io.cattino.coordinator.core.model.AttemptResult.Vanished(text);
        };
    }

    static Optional<RunningAttempt> running(Attempt attempt) {
        if (attempt.isReleased()) {
            return Optional.empty();
        }
        boolean started = attempt.pid() != 0 && !(attempt.phase() instanceof Phase.Preparing);
        return Optional.of(
                new RunningAttempt(
                        id(attempt.id()),
                        started ? attempt.pid() : 0,
                        started ? attempt.startWallMs() : 0,
                        attempt.devices().stream()
                                .map(promise -> new DeviceShare(promise.index(), promise.mib()))
                                .toList()));
    }
}
