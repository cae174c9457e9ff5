package io.cattino.agent;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.FakeGpuProbe;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.agent.probe.HostMemoryProbe;
import io.cattino.agent.probe.nvml.NvmlLibrary;
import io.cattino.agent.probe.nvml.NvmlProbe;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongFunction;

/** What an agent takes for its devices: the fake ones if asked, cards, or the host's memory. */
final class ProbeChoice {

    private static final Path PROC = Path.of("/proc");

    private ProbeChoice() {}

    /**
     * Chooses; waits for a driver that is slow to open. The system property {@code cattino.nvml}
     * names another library; one that is not there hides the cards.
     *
     * @param fake devices to pretend
     * @param nodeId of the node, which makes uuids out of it where devices have none
     * @param owner whose a process is, by its number; not asked before the first sample
     */
    static DeviceProbe of(
            Optional<FakeGpuSpec> fake, String nodeId, LongFunction<Optional<AttemptId>> owner) {
        if (fake.isPresent()) {
            return new FakeGpuProbe(fake.get(), nodeId);
        }
        Optional<String> visible = Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"));
        String library = System.getProperty("cattino.nvml", NvmlLibrary.NAME);
        return NvmlProbe.start(NvmlProbe.Settings.of(library, visible), owner)
                .orElseGet(() -> new HostMemoryProbe(PROC, nodeId));
    }
}
