package io.cattino.agent.probe;

import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.exec.ProcessTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A machine without accelerators: one device, index 0, which is its memory. */
public final class HostMemoryProbe implements DeviceProbe {

    private static final long KIB_PER_MIB = 1024;

    private final HostMemory memory;
    private final ProcessTable processes;
    private final String uuid;
    private final long pageKib;

    /**
     * @param proc {@code /proc}, or what stands for it in a test
     * @param uuid of the device: the node's own id
     */
    public HostMemoryProbe(Path proc, String uuid) {
        this.memory = new HostMemory(proc);
        this.processes = new ProcessTable(proc);
        this.uuid = uuid;
        this.pageKib = memory.pageKib();
    }

    @Override
    public String kind() {
        return "host";
    }

    @Override
    public List<Device> inventory() {
        return List.of(new Device(0, uuid, "Host memory", "host", memory.totalMib()));
    }

    @Override
    public List<Sample> sample(Collection<Running> running) {
        List<Use> uses = new ArrayList<>();
        List<Running> holders =
                running.stream()
                        .filter(attempt -> attempt.session().isPresent())
                        .filter(attempt ->
                                attempt.devices().stream()
                                        .map(DevicePromise::index)
                                        .anyMatch(index -> index == 0))
                        .toList();
        if (!holders.isEmpty()) {
            Map<Long, Long> kibBySession = new HashMap<>();
            for (ProcessTable.Entry entry : processes.living()) {
                kibBySession.merge(entry.session(), entry.rssPages() * pageKib, Long::sum);
            }
            for (Running attempt : holders) {
                long kib = kibBySession.getOrDefault(attempt.session().getAsLong(), 0L);
                uses.add(new Use(attempt.id(), kib / KIB_PER_MIB));
            }
        }
        return List.of(new Sample(0, memory.usedMib(), uses, false));
    }
}
