package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.journal.v1.GroupRecord;
import io.cattino.proto.journal.v1.StateEntry;
import java.util.Optional;

/** Groups in snapshots: those with hooks know how far these are. Throws as {@link ValueCodec}. */
final class GroupCodec {

    private GroupCodec() {}

    static StateEntry.Builder encode(Group group) {
        return group.hooks()
                .map(hooks -> StateEntry.newBuilder().setGroupRecord(record(group, hooks.phase())))
                .orElseGet(() -> StateEntry.newBuilder().setGroup(SpecCodec.encode(group)));
    }

    private static GroupRecord.Builder record(Group group, GroupHooks.Phase phase) {
        GroupRecord.Builder record = GroupRecord.newBuilder().setSpec(SpecCodec.encode(group));
        return switch (phase) {
            case GroupHooks.Phase.Waiting _ -> record.setPhase(GroupRecord.Phase.PHASE_WAITING);
            case GroupHooks.Phase.Starting(var attempt) ->
                    record.setPhase(GroupRecord.Phase.PHASE_STARTING)
                            .setStarting(SpecCodec.encode(attempt));
            case GroupHooks.Phase.Started _ -> record.setPhase(GroupRecord.Phase.PHASE_STARTED);
            case GroupHooks.Phase.Failed _ -> record.setPhase(GroupRecord.Phase.PHASE_FAILED);
            case GroupHooks.Phase.Ended(var node) -> {
                record.setPhase(GroupRecord.Phase.PHASE_ENDED);
                node.map(NodeId::value).ifPresent(record::setNodeId);
                yield record;
            }
        };
    }

    static Group decode(GroupRecord record) {
        return SpecCodec.decode(record.getSpec())
                .with(
                        switch (record.getPhase()) {
                            case PHASE_WAITING -> new GroupHooks.Phase.Waiting();
                            case PHASE_STARTING ->
                                    new GroupHooks.Phase.Starting(
                                            SpecCodec.decode(record.getStarting()));
                            case PHASE_STARTED -> new GroupHooks.Phase.Started();
                            case PHASE_FAILED -> new GroupHooks.Phase.Failed();
                            case PHASE_ENDED ->
                                    new GroupHooks.Phase.Ended(
                                            record.hasNodeId()
                                                    ? Optional.of(new NodeId(record.getNodeId()))
                                                    : Optional.empty());
                            case PHASE_UNSPECIFIED, UNRECOGNIZED ->
                                    throw new IllegalArgumentException(
                                            "how far a group's hooks are is not known");
                        });
    }
}
