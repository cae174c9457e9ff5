package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Settings;
import java.util.List;
import java.util.Optional;

/** What operators do to nodes and to the cluster's settings. */
final class NodeDesk {
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
        Drain drain = new Drain(input.reason(), turn.at().wallMs());
        return set(turn, input.node(), Optional.of(drain));
    }

    static Reply undrain(Turn turn, Input.UndrainNode input) {
        return set(turn, input.node(), Optional.empty());
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
