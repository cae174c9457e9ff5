package io.cattino.it.openb;

import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.NodeBook;
import io.cattino.coordinator.core.NodeHealth;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.placement.NodeSpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** One machine of the farm, as a node that has just said hello. */
record Host(String name, int cpus, int memoryMib, int cards, String model) {
    private static final List<String> COLUMNS =
            List.of("sn", "cpu_milli", "memory_mib", "gpu", "model");

    /** All of a farm, in the order of the file. */
    static List<Host> read(Path file) throws Csv.Malformed {
        List<Host> hosts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Csv.Row row : Csv.read(file, COLUMNS).rows()) {
            Host host =
                    new Host(
                            row.text("sn"),
                            row.number("cpu_milli", Ask.MOST),
                            row.number("memory_mib", Ask.MOST),
                            row.number("gpu", 1000),
                            row.text("model"));
            if (!names.add(host.name)) {
                throw row.wrong(host.name + " comes twice");
            }
            hosts.add(host);
        }
        return hosts;
    }

    /** What it can promise while nothing runs on it; nobody counts its slots. */
    NodeSpace space() {
        List<DeviceInfo> devices =
                IntStream.range(0, cards)
                        .mapToObj(i -> new DeviceInfo(i, name + "/" + i, model, "cuda", Ask.CARD))
                        .toList();
        NodeInventory inventory =
                new NodeInventory(devices, cpus, memoryMib, Integer.MAX_VALUE, new TreeMap<>());
        NodeIdentity identity = new NodeIdentity(new NodeId(name), name, "boot", name);
        return NodeSpace.of(
                new Node(identity, inventory, "1", null, 0),
                NodeHealth.READY,
                Set.of(),
                new NodeBook(),
                devices.stream()
                        .map(device -> new DeviceSample(device.index(), 0, List.of(), false))
                        .toList(),
                List.of());
    }
}
