package io.cattino.coordinator.core;

import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Settings;
import java.util.List;
import java.util.Optional;

/** What operators do to nodes and to the cluster's settings. */
final class NodeDesk {
    /** Nobody is believed to be away for longer. */
    private static final long LONGEST_AWAY_MS = 24L * 3_600_000;

    private NodeDesk() {}

    /** A node by its name or id. */
    static Optional<Node> find(ClusterState state, String nameOrId) {
        return state.nodes().stream()
                .filter(node -> node.name().equals(nameOrId) || node.id().value().equals(nameOrId))
                .findFirst();
    }

    static Rejection unknown(ClusterState state, String name) {
        return new Rejection.NotFound(
                "node", name, state.nodes().stream().limit(5).map(Node::name).toList());
    }

    static Reply drain(Turn turn, Input.DrainNode input) {
        long stopAt =
                input.stopAfterMs().isPresent()
                        ? Math.max(1, turn.at().monoMs() + input.stopAfterMs().getAsLong())
                        : 0;
        Drain drain = new Drain(input.reason(), turn.at().wallMs(), stopAt);
        return set(turn, input.node(), Optional.of(drain));
    }

    /** Stops what still runs on nodes whose drain has come to its deadline. */
    static void empty(Turn turn) {
        for (Node node : List.copyOf(turn.state().nodes())) {
            Drain drain = node.drain();
            if (drain != null
                    && drain.stopAtMonoMs() > 0
                    && drain.stopAtMonoMs() <= turn.at().monoMs()) {
                for (Allocation held : List.copyOf(turn.state().allocationsOn(node.id()))) {
                    turn.live(held.attempt())
                            .ifPresent(task ->
                                    TaskDesk.rule(turn, task, new Trigger.Drain(node.name())));
                }
            }
        }
    }

    /** Its agent means to be away for a while. A shorter one does not shorten its fence's lease. */
    static Reply away(Turn turn, NodeId id, long ms) {
        long away = Math.clamp(ms, 0, LONGEST_AWAY_MS);
        long before = turn.state().node(id).map(Node::awayUntilMonoMs).orElse(0L);
        long until = Math.max(before, turn.at().monoMs() + away);
        turn.emit(new Fact.NodeAway(turn.at(), id, until));
        return new Reply.Away(away);
    }

    /** A shorter hold does not shorten a longer one: agents rely on it. */
    static Reply holdFences(Turn turn, Input.HoldFences input) {
        long now = turn.at().monoMs();
        if (now + input.durationMs() > turn.state().fenceHoldUntilMonoMs()) {
            turn.emit(new Fact.FenceHoldSet(turn.at(), now + input.durationMs()));
        }
        return fenceHold(turn);
    }

    static Reply fenceHold(Turn turn) {
        return new Reply.FencesHeld(
                Math.max(0, turn.state().fenceHoldUntilMonoMs() - turn.at().monoMs()));
    }

    static Reply undrain(Turn turn, Input.UndrainNode input) {
        return set(turn, input.node(), Optional.empty());
    }

    /** Its agent knows why the device is sick, and has to forget it. */
    static Reply use(Turn turn, Observations observations, Input.UseDevice input) {
        Optional<Node> found = find(turn.state(), input.node());
        if (found.isEmpty()) {
            return new Reply.Rejected(unknown(turn.state(), input.node()));
        }
        Node node = found.get();
        String name = node.name() + ":" + input.device();
        List<DeviceInfo> devices = node.inventory().devices();
        Optional<DeviceInfo> device =
                devices.stream().filter(it -> it.index() == input.device()).findFirst();
        if (device.isEmpty()) {
            return new Reply.Rejected(
                    new Rejection.NotFound(
                            "device",
                            name,
                            devices.stream()
                                    .limit(5)
                                    .map(it -> node.name() + ":" + it.index())
                                    .toList()));
        }
        Optional<View.Contact> contact =
                observations.contact(node.id()).filter(View.Contact::connected);
        if (contact.isEmpty()) {
            return new Reply.Rejected(
                    new Rejection.WrongState(
                            name,
                            node.name() + " is not in contact, and only its agent can do that",
                            "see meow nodes"));
        }
        if (contact.get().samples().stream()
                .noneMatch(it -> it.index() == input.device() && it.sick())) {
            return new Reply.Rejected(
                    new Rejection.WrongState(
                            name, name + " is not sick", "see meow gpus " + node.name()));
        }
        turn.effect(new Effect.UseDevice(node.id(), device.get().uuid()));
        return new Reply.NodeChanged(node);
    }

    private static Reply set(Turn turn, String name, Optional<Drain> drain) {
        Optional<Node> found = find(turn.state(), name);
        if (found.isEmpty()) {
            return new Reply.Rejected(unknown(turn.state(), name));
        }
        turn.emit(new Fact.DrainSet(turn.at(), found.get().id(), drain));
        return new Reply.NodeChanged(turn.state().node(found.get().id()).orElseThrow());
    }

    static Reply setSetting(Turn turn, Input.SetSetting input) {
        Optional<ClusterSetting> setting = ClusterSetting.of(input.key());
        if (setting.isEmpty()) {
            List<String> near = Similar.to(input.key(), ClusterSetting.keys());
            return new Reply.Rejected(
                    new Rejection.NotFound(
                            "setting", input.key(), near.isEmpty() ? ClusterSetting.keys() : near));
        }
        return set(turn, setting.get(), input.value());
    }

    private static Reply set(Turn turn, ClusterSetting setting, String value) {
        Settings now = turn.state().settings();
        Settings changed;
        try {
            changed = setting.write().apply(now, value);
        } catch (IllegalArgumentException e) {
            String text = setting.key() + " cannot be '" + value + "'";
            return new Reply.Rejected(new Rejection.Invalid("value", text, setting.allowed()));
        }
        if (!changed.equals(now)) {
            turn.emit(new Fact.SettingsChanged(turn.at(), changed));
        }
        return new Reply.SettingsAre(changed);
    }
}
