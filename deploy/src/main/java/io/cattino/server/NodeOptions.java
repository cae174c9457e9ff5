package io.cattino.server;

import io.cattino.agent.AgentConfig;
import io.cattino.agent.exec.LogCap;
import io.cattino.agent.probe.DiskReserve;
import io.cattino.agent.probe.FakeGpuSpec;
import io.cattino.agent.probe.nvml.XidTable;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What an agent makes of its host. */
final class NodeOptions {
    @Option(
            names = "--fake-gpus",
            paramLabel = "SPEC",
            converter = FakeGpus.class,
            description = {
                "Pretend to have cards, for trying out: 4x24576 is four of 24576 MiB,",
                "2x81920:A100 two of the model A100; several with commas between them."
            })
    private Optional<FakeGpuSpec> fakeGpus = Optional.empty();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of this node. Default: the host's name")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "128",
            description = "Attempts to run at most at the same time. Default: ${DEFAULT-VALUE}")
    private int slots = 128;

    @Option(
            names = "--log-cap",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            converter = LogCaps.class,
            description =
                    "Of the logs of an attempt beyond this, the middle is dropped. Default: ${DEFAULT-VALUE}")
    private LogCap logCap = LogCap.DEFAULT;

    @Option(
            names = "--disk-reserve",
            paramLabel = "SIZE,PERCENT",
            converter = DiskReserves.class,
            description =
                    "No new tasks while less is free on the disk of its data or of the logs: both count. Default: 2GiB,5%%")
    private DiskReserve diskReserve = DiskReserve.DEFAULT;

    @Option(
            names = "--xid",
            paramLabel = "CODE=ACTION,...",
            converter = XidTables.class,
            description =
                    "What becomes of a card with these of NVIDIA's Xid errors, other than by default: ignore, fail, quarantine.")
    private XidTable xids = XidTable.DEFAULT;

    /** Name of the node. */
    String name() {
        return name.orElseGet(Home::hostname);
    }

    /** Tells the agent. */
    AgentConfig configure(AgentConfig.Builder config) {
        String set = System.getenv().getOrDefault("CATTINO_FAKE_GPUS", "");
        fakeGpus.or(() -> set.isEmpty() ? Optional.empty() : Optional.of(FakeGpuSpec.parse(set)))
                .ifPresent(config::fakeGpus);
        String python = System.getProperty("cattino.python", "");
        if (!python.isEmpty()) {
            config.pythonZip(Path.of(python));
        }
        return config.slots(slots).logCap(logCap).diskReserve(diskReserve).xids(xids).build();
    }

    /** Reads the cards of the command line. */
    static final class FakeGpus implements ITypeConverter<FakeGpuSpec> {
        @Override
        public FakeGpuSpec convert(String text) {
            return parsed(text, FakeGpuSpec::parse);
        }
    }

    /** Reads its cap of logs. */
    static final class LogCaps implements ITypeConverter<LogCap> {
        @Override
        public LogCap convert(String text) {
            return parsed(text, LogCap::parse);
        }
    }

    /** Reads what is to stay free. */
    static final class DiskReserves implements ITypeConverter<DiskReserve> {
        @Override
        public DiskReserve convert(String text) {
            return parsed(text, DiskReserve::parse);
        }
    }

    /** Reads what becomes of cards with Xid errors. */
    static final class XidTables implements ITypeConverter<XidTable> {
        @Override
        public XidTable convert(String text) {
            return parsed(text, XidTable::parse);
        }
    }

    private static <T> T parsed(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
