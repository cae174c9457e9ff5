package io.cattino.agent.wire;

import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.Shortage;
import io.cattino.proto.v1.AttemptUse;
import io.cattino.proto.v1.DeviceShare;
import io.cattino.proto.v1.Squatter;
import java.util.Optional;
import java.util.OptionalLong;

/** Shortages of memory as messages, both ways. */
final class ShortageWire {

    private ShortageWire() {}

    static io.cattino.proto.v1.Shortage encode(Shortage shortage) {
        io.cattino.proto.v1.Shortage.Builder out =
                io.cattino.proto.v1.Shortage.newBuilder()
                        .setMemory(
                                switch (shortage.memory()) {
                                    case DEVICE ->
                                            io.cattino.proto.v1.Shortage.Memory.MEMORY_DEVICE;
                                    case HOST -> io.cattino.proto.v1.Shortage.Memory.MEMORY_HOST;
                                });
        shortage.promised()
                .ifPresent(it ->
                        out.setPromised(
                                DeviceShare.newBuilder().setIndex(it.index()).setMib(it.mib())));
        shortage.leftMib().ifPresent(out::setLeftMib);
        shortage.neighbour()
                .ifPresent(it ->
                        out.setNeighbour(
                                AttemptUse.newBuilder()
                                        .setRef(Wire.ref(it.id()))
                                        .setUsedMib(it.usedMib())));
        shortage.squatter()
                .ifPresent(it ->
                        out.setSquatter(
                                Squatter.newBuilder()
                                        .setPid(it.pid())
                                        .setUser(it.user())
                                        .setCommand(it.command())
                                        .setUsedMib(it.usedMib())));
        return out.build();
    }

    static Shortage decode(io.cattino.proto.v1.Shortage shortage) {
        return new Shortage(
                switch (shortage.getMemory()) {
                    case MEMORY_DEVICE -> Shortage.Memory.DEVICE;
                    case MEMORY_HOST -> Shortage.Memory.HOST;
                    case MEMORY_UNSPECIFIED, UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    "no memory: " + shortage.getMemoryValue());
                },
                shortage.hasPromised()
                        ? Optional.of(
                                new DevicePromise(
                                        shortage.getPromised().getIndex(),
                                        shortage.getPromised().getMib()))
                        : Optional.empty(),
                shortage.hasLeftMib()
                        ? OptionalLong.of(shortage.getLeftMib())
                        : OptionalLong.empty(),
                shortage.hasNeighbour()
                        ? Optional.of(
                                new Shortage.Neighbour(
                                        Wire.attemptId(shortage.getNeighbour().getRef()),
                                        shortage.getNeighbour().getUsedMib()))
                        : Optional.empty(),
                shortage.hasSquatter()
                        ? Optional.of(
                                new Shortage.Squatter(
                                        shortage.getSquatter().getPid(),
                                        shortage.getSquatter().getUser(),
                                        shortage.getSquatter().getCommand(),
                                        shortage.getSquatter().getUsedMib()))
                        : Optional.empty());
    }
}
