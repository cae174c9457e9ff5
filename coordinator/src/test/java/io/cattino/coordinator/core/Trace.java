package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.TaskId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Facts and effects as one line each, with names instead of numbers, so that a test reads. */
final class Trace {
    private final Map<TaskId, String> tasks = new HashMap<>();
    private final Map<NodeId, String> nodes = new HashMap<>();

    String of(Fact fact) {
        return switch (fact) {
            case Fact.EpochBegan f -> "EpochBegan " + f.epoch();
            case Fact.Submitted f -> submitted(f);
            case Fact.GroupEnding f -> {
                tasks.put(f.task(), f.group() + "/@on_end");
                yield "GroupEnding " + f.group() + " on " + f.node().map(nodes::get).orElse("any");
            }
            case Fact.Placed f ->
                    "Placed "
                            + name(f.attempt())
                            + " on "
                            + f.nodeName()
                            + shares(f.allocation().devices())
                            + (f.allocation().whole() ? " whole" : "")
                            + f.loss().map(Trace::of).orElse("");
            case Fact.Started f -> "Started " + name(f.attempt()) + " pid " + f.pid();
            case Fact.StopRequested f ->
                    "StopRequested "
                            + name(f.attempt())
                            + " "
                            + f.stop().reason()
                            + (f.stop().force() ? " force" : "");
            case Fact.Ended f ->
                    "Ended "
                            + name(f.attempt())
                            + " "
                            + of(f.result())
                            + (f.groupsStarted() > 0 ? " started " + f.groupsStarted() : "")
                            + (f.peaks().isEmpty() ? "" : " peaked" + shares(f.peaks()));
            case Fact.OverUsed f -> "OverUsed " + name(f.attempt()) + shares(List.of(f.used()));
            case Fact.Released f -> "Released " + name(f.attempt());
            case Fact.Quarantined f -> "Quarantined " + name(f.attempt());
            case Fact.Requeued f ->
                    "Requeued "
                            + name(f.task())
                            + " "
                            + f.kind()
                            + " in "
                            + (f.notBeforeMonoMs() - f.at().monoMs());
            case Fact.Held f -> "Held " + name(f.task());
            case Fact.Finished f -> "Finished " + name(f.task()) + " " + of(f.outcome());
            case Fact.Resumed f -> "Resumed " + name(f.task());
            case Fact.Purged f ->
                    "Purged "
                            + f.tasks().stream().map(this::name).collect(Collectors.joining(", "));
            case Fact.SubmissionsForgotten f -> "SubmissionsForgotten " + f.submissions();
            case Fact.Changed f -> "Changed " + name(f.task());
            case Fact.ParentsChanged f ->
                    "ParentsChanged "
                            + name(f.task())
                            + " after "
                            + f.parents().stream()
                                    .map(Dependency::parentName)
                                    .collect(Collectors.joining(", ", "[", "]"));
            case Fact.SettingsChanged _ -> "SettingsChanged";
            case Fact.NodeRegistered(_, Node node) -> {
                nodes.put(node.id(), node.name());
                yield "NodeRegistered " + node.name();
            }
            case Fact.DrainSet f ->
                    "DrainSet " + nodes.get(f.node()) + f.drain().map(Trace::why).orElse(" off");
            case Fact.NodeForgotten f -> "NodeForgotten " + nodes.get(f.node());
            case Fact.NodeAway f ->
                    "NodeAway "
                            + nodes.get(f.node())
                            + " for "
                            + (f.untilMonoMs() - f.at().monoMs());
            case Fact.FenceHoldSet f -> "FenceHoldSet for " + (f.untilMonoMs() - f.at().monoMs());
            case Fact.Answered f -> "Answered " + f.requestId();
            case Fact.AnswersForgotten f -> "AnswersForgotten " + f.count();
            case Fact.MemoryMeasured f ->
                    "MemoryMeasured "
                            + name(f.attempt())
                            + (f.run().complete() ? " " : " at least ")
                            + f.run().mib()
                            + " on "
                            + f.model();
            case Fact.Checkpoint _ -> "Checkpoint";
        };
    }

    String of(Effect effect) {
        String what =
                switch (effect) {
                    case Effect.Launch e ->
                            "Launch "
                                    + name(e.attempt())
                                    + " on "
                                    + nodes.get(e.node())
                                    + shares(e.devices())
                                    + e.starts().stream()
                                            .map(group -> " starts " + group.fullname())
                                            .collect(Collectors.joining())
                                    + e.loss().map(Trace::of).orElse("");
                    case Effect.Signal e ->
                            "Signal "
                                    + name(e.attempt())
                                    + " on "
                                    + nodes.get(e.node())
                                    + " "
                                    + e.reason()
                                    + (e.force() ? " force" : "")
                                    + " #"
                                    + e.number();
                    case Effect.UseDevice e ->
                            "UseDevice " + e.uuid() + " on " + nodes.get(e.node());
                    case Effect.Kill e ->
                            "Kill " + name(e.attempt()) + " on " + nodes.get(e.node());
                    case Effect.Forget e ->
                            "Forget " + name(e.attempt()) + " on " + nodes.get(e.node());
                };
        return "-> " + what;
    }

    private String submitted(Fact.Submitted fact) {
        for (int i = 0; i < fact.tasks().size(); i++) {
            tasks.put(new TaskId(fact.firstTask() + i), fact.tasks().get(i).spec().fullname());
        }
        return "Submitted "
                + fact.tasks().stream()
                        .map(task -> task.spec().fullname())
                        .collect(Collectors.joining(", "));
    }

    private static String why(Drain drain) {
        return ": " + drain.reason();
    }

    private String name(TaskId task) {
        return tasks.getOrDefault(task, "task " + task);
    }

    private String name(AttemptId attempt) {
        return name(attempt.task()) + "." + attempt.number();
    }

    private static String shares(List<DeviceShare> shares) {
        return shares.stream()
                .map(share -> " " + share.index() + ":" + share.mib())
                .collect(Collectors.joining());
    }

    private static String of(ContactLoss loss) {
        return (loss.fail() ? " fails" : " lost") + " after " + loss.lostAfterMs();
    }

    private static String of(Outcome outcome) {
        String code = outcome.code().word();
        return outcome.verdict() + (code.isEmpty() ? "" : " " + code);
    }

    private static String of(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Exited(int code) -> "exit " + code;
            case AttemptResult.OutOfMemory(int code, var fault, String text) ->
                    "out of memory by " + fault + ", exit " + code + ": " + text;
            case AttemptResult.LaunchFailed(var code, _, _, _) -> code.word();
            case AttemptResult.NotStarted _ -> "not started";
            case AttemptResult.Vanished _ -> "vanished";
            case AttemptResult.Lost _ -> "lost";
        };
    }
}
