package io.cattino.agent;

import io.cattino.agent.core.AgentCore;
import io.cattino.agent.core.Attempt;
import io.cattino.agent.core.Report;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.HostMemory;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.DeviceInventory;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.NodeIdentity;
import io.cattino.proto.v1.NodeInventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says who this agent is, what it has, what it runs and what it owes.
 *
 * @param config of the agent
 * @param identity of the node
 * @param memory of the machine
 */
record HelloMaker(AgentConfig config, NodeIdentity identity, HostMemory memory) {

    private static final int PROTOCOL = 2;

    /** Which node of which machine, in which boot. */
    static NodeIdentity identity(AgentConfig config, String nodeId, String bootId) {
        String machineId;
        try {
            machineId = Files.readString(Path.of("/etc/machine-id")).strip();
        } catch (IOException _) {
            machineId = ""; // a container without one
        }
        return NodeIdentity.newBuilder()
                .setNodeId(nodeId)
                .setMachineId(machineId)
                .setBootId(bootId)
                .setName(config.name())
                .build();
    }

    /** A Hello as of now. On the loop's thread; {@code inventory} was asked elsewhere. */
    Hello hello(AgentCore core, String clusterId, Iterable<DeviceProbe.Device> inventory) {
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolMin(PROTOCOL)
                        .setProtocolMax(PROTOCOL)
                        .setAgentVersion(config.version())
                        .setClusterId(clusterId)
                        .setHighestEpoch(core.highestEpoch())
                        .setIdentity(identity)
                        .setInventory(inventory(inventory));
        for (Attempt attempt : core.attempts()) {
            Wire.running(attempt).ifPresent(hello::addRunning);
        }
        for (Report report : core.unacknowledged()) {
            hello.addUnacknowledged(Wire.report(report));
        }
        return hello.build();
    }

    private NodeInventory inventory(Iterable<DeviceProbe.Device> devices) {
        NodeInventory.Builder inventory =
                NodeInventory.newBuilder()
                        .setCpus(Runtime.getRuntime().availableProcessors())
                        .setMemoryMib(memory.totalMib())
                        .setSlots(config.slots())
                        .putAllLabels(config.labels());
        for (DeviceProbe.Device device : devices) {
            inventory.addDevices(inventory(device));
        }
        return inventory.build();
    }

    private static DeviceInventory inventory(DeviceProbe.Device device) {
        DeviceInventory.Builder inventory =
                DeviceInventory.newBuilder()
                        .setIndex(device.index())
                        .setUuid(device.uuid())
                        .setModel(device.model())
                        .setKind(device.kind())
                        .setTotalMib(device.totalMib())
                        .setDriver(device.driver())
                        .setPciBusId(device.pciBusId())
                        .addAllNear(device.near());
        device.numaNode().ifPresent(inventory::setNumaNode);
        return inventory.build();
    }
}
