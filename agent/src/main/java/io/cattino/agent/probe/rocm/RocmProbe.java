package io.cattino.agent.probe.rocm;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.DriverThread;
import io.cattino.agent.probe.VisibleDevices;
import io.cattino.agent.probe.rocm.RocmCards.Card;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AMD's cards, through the files of the kernel alone: no library of ROCm has to be installed.
 *
 * <p>Which devices there are is found out once, when the driver shows some for the first time:
 * tasks are told theirs by index, so an index must not change its meaning while the agent runs. A
 * device that is not found again under its index is unknown until the agent is started anew.
 */
public final class RocmProbe implements DeviceProbe {

    private static final Logger LOG = LoggerFactory.getLogger(RocmProbe.class);

    private final RocmCards cards;
    private final VisibleDevices visible;
    private final LongFunction<Optional<AttemptId>> owner;
    private final DriverThread thread;
    private volatile List<Device> inventory = List.of();

    /** What follows belongs to the thread above. */
    private List<Card> told = List.of();

    /** Devices that are unknown, by uuid, and why. */
    private final Map<String, String> troubles = new HashMap<>();

    /**
     * Where it looks.
     *
     * @param sys {@code /sys}, or what stands for it in a test
     * @param visible the agent's own {@code ROCR_VISIBLE_DEVICES}, if set
     * @param answer how long a look may take
     */
    public record Settings(Path sys, Optional<String> visible, Duration answer) {
        /** 5 s. */
        public static Settings of(Path sys, Optional<String> visible) {
            return new Settings(sys, visible, Duration.ofSeconds(5));
        }
    }

    private RocmProbe(Settings settings, String nodeId, LongFunction<Optional<AttemptId>> owner) {
        this.cards = new RocmCards(settings.sys(), nodeId);
        this.visible = new VisibleDevices(settings.visible());
        this.owner = owner;
        this.thread = new DriverThread("rocm", settings.answer());
    }

    /**
     * A probe, if this machine may have cards: if its driver shows at least one, or does not
     * answer, or they were there before. In the latter cases the probe has no device until the
     * driver shows some: a node whose cards are in trouble must not offer the host's memory in
     * their place.
     *
     * @param nodeId makes the uuids of cards that have none differ from another node's
     * @param had whether this node is known to have had cards of this kind
     * @param owner whose a process is, by its number; may block, on the probe's thread
     */
    public static Optional<DeviceProbe> start(
            Settings settings,
            String nodeId,
            boolean had,
            LongFunction<Optional<AttemptId>> owner) {
        RocmProbe probe = new RocmProbe(settings, nodeId, owner);
        boolean some = probe.thread.ask(() -> !probe.find().isEmpty()).orElse(true);
        if (some || had) {
            return Optional.of(probe);
        }
        probe.close();
        return Optional.empty();
    }

    /** All cards now; makes the inventory of the first that there are. */
    private List<Card> find() {
        List<Card> found = cards.find(visible);
        if (inventory.isEmpty() && !found.equals(told)) {
            found.forEach(RocmProbe::tell);
            told = found;
            inventory =
                    found.stream()
                            .filter(card -> card.obstacle().isEmpty())
                            .map(Card::device)
                            .toList();
        }
        return found;
    }

    private static void tell(Card card) {
        Device device = card.device();
        if (card.obstacle().isPresent()) {
            LOG.warn(
                    "device_not_offered device={} uuid={}: {}",
                    device.index(),
                    device.uuid(),
                    card.obstacle().get());
        } else {
            LOG.info(
                    "device_offered device={} uuid={} model={} pci={} mib={}",
                    device.index(),
                    device.uuid(),
                    device.model(),
                    device.pciBusId(),
                    device.totalMib());
        }
    }

    @Override
    public String kind() {
        return "rocm";
    }

    /** Does not block. */
    @Override
    public List<Device> inventory() {
        return inventory;
    }

    /** Blocks for a bounded time. */
    @Override
    public List<Sample> sample(Collection<Running> running) {
        return thread.ask(this::look)
                .orElseGet(() -> inventory.stream().map(RocmProbe::unknown).toList());
    }

    private List<Sample> look() {
        Map<String, Card> now =
                find().stream()
                        .filter(card -> card.obstacle().isEmpty())
                        .collect(
                                Collectors.toMap(
                                        card -> card.device().uuid(),
                                        Function.identity(),
                                        (first, _) -> first));
        return inventory.stream().map(device -> sample(device, now)).toList();
    }

    private Sample sample(Device device, Map<String, Card> now) {
        Card card = now.get(device.uuid());
        if (card == null || card.device().index() != device.index()) {
            say(device, "it is not offered any more under this index; start the agent anew");
            return unknown(device);
        }
        Optional<Sample> sample = cards.sample(card, owner);
        if (sample.isEmpty()) {
            say(device, "its driver does not tell what is used of it");
            return unknown(device);
        }
        if (troubles.remove(device.uuid()) != null) {
            LOG.info("device_known device={} uuid={}", device.index(), device.uuid());
        }
        return sample.get();
    }

    private void say(Device device, String trouble) {
        if (!trouble.equals(troubles.put(device.uuid(), trouble))) {
            LOG.error(
                    "device_unknown device={} uuid={}: {}. Nothing new is placed on it",
                    device.index(),
                    device.uuid(),
                    trouble);
        }
    }

    private static Sample unknown(Device device) {
        return new Sample(device.index(), 0, List.of(), true);
    }

    @Override
    public void close() {
        thread.close();
    }
}
