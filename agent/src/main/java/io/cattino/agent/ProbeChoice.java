package io.cattino.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.FakeGpuProbe;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.agent.probe.HostMemoryProbe;
import io.cattino.agent.probe.SerialProbe;
import io.cattino.agent.probe.ascend.AscendProbe;
import io.cattino.agent.probe.nvml.NvmlLibrary;
import io.cattino.agent.probe.nvml.NvmlProbe;
import io.cattino.agent.probe.nvml.SickCards;
import io.cattino.agent.probe.rocm.RocmProbe;
import io.cattino.agent.store.DataDirectory;
import io.cattino.agent.store.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent takes for its devices: the fake ones if asked, cards, or the host's memory. A node
 * that had cards once does not offer its memory in their place when their driver is not up yet.
 */
final class ProbeChoice {

    private static final Logger LOG = LoggerFactory.getLogger(ProbeChoice.class);

    private static final Path PROC = Path.of("/proc");

    /** In the agent's directory, on a node that has cards: of which kind. */
    private static final String HAS_CARDS = "has-cards";

    /** In the agent's directory: which are out of use. */
    private static final String SICK_CARDS = "sick-cards";

    private ProbeChoice() {}

    /**
     * Chooses; waits for a driver that is slow to open. The system properties {@code cattino.nvml}
     * and {@code cattino.npu-smi} name another library and another program than the drivers' own,
     * {@code cattino.sys} another directory than {@code /sys}.
     *
     * @param config says which devices to pretend, and what becomes of cards with Xid errors
     * @param directory the agent's
     * @param bootId of the machine
     * @param owner whose a process is, by its number; not asked before the first sample
     * @param failing hears of devices on which nothing is to go on; not before the first sample
     */
    static DeviceProbe of(
            AgentConfig config,
            DataDirectory directory,
            String bootId,
            LongFunction<Optional<AttemptId>> owner,
            DeviceProbe.Failing failing)
            throws IOException {
        Optional<FakeGpuSpec> fake = config.fakeGpus();
        return new SerialProbe(
                fake.isPresent()
                        ? new FakeGpuProbe(fake.get(), directory.nodeId(), owner)
                        : real(
                                new SickCards(
                                        directory.root().resolve(SICK_CARDS),
                                        config.xids(),
                                        bootId),
                                directory,
                                owner,
                                failing));
    }

    private static DeviceProbe real(
            SickCards sick,
            DataDirectory directory,
            LongFunction<Optional<AttemptId>> owner,
            DeviceProbe.Failing failing)
            throws IOException {
        Path mark = directory.root().resolve(HAS_CARDS);
        String had = Files.exists(mark) ? Files.readString(mark).strip() : "";
        NvmlProbe.Settings cuda =
                NvmlProbe.Settings.of(
                        System.getProperty("cattino.nvml", NvmlLibrary.NAME),
                        own("CUDA_VISIBLE_DEVICES"));
        Optional<DeviceProbe> found =
                NvmlProbe.start(cuda, had.equals("cuda"), owner, sick, failing)
                        .or(() -> others(had, directory.nodeId(), owner));
        if (found.isEmpty()) {
            return new HostMemoryProbe(PROC, directory.nodeId());
        }
        DeviceProbe cards = found.get();
        boolean has = !cards.inventory().isEmpty();
        if (has && !had.equals(cards.kind())) {
            DurableFiles.write(mark, (cards.kind() + "\n").getBytes(UTF_8));
        } else if (!has && !had.isEmpty()) {
            LOG.warn(
                    "no_cards: this node had some, and offers nothing in their place until they are"
                            + " back. If they are gone for good, remove {} and start the agent anew",
                    mark);
        }
        return cards;
    }

    /** Cards that are not NVIDIA's: of the first kind of which there are any, or were. */
    private static Optional<DeviceProbe> others(
            String had, String nodeId, LongFunction<Optional<AttemptId>> owner) {
        RocmProbe.Settings rocm =
                RocmProbe.Settings.of(
                        Path.of(System.getProperty("cattino.sys", "/sys")),
                        own("ROCR_VISIBLE_DEVICES"));
        AscendProbe.Settings ascend =
                AscendProbe.Settings.of(
                        System.getProperty("cattino.npu-smi", AscendProbe.PROGRAM),
                        own("ASCEND_RT_VISIBLE_DEVICES"));
        return RocmProbe.start(rocm, nodeId, had.equals("rocm"), owner)
                .or(() -> AscendProbe.start(ascend, nodeId, had.equals("ascend"), owner));
    }

    private static Optional<String> own(String variable) {
        return Optional.ofNullable(System.getenv(variable));
    }
}
