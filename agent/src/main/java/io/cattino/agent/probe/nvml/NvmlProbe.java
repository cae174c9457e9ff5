package io.cattino.agent.probe.nvml;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.VisibleDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's cards.
 *
 * <p>A driver in trouble may hold a call for ever, in the kernel, where nothing can interrupt it.
 * So all calls are made on one thread of its own: whoever asks waits for a bounded time and is told
 * that the devices are unknown, and so is everybody after that until the call is back. More than
 * that one thread is never stuck.
 *
 * <p>Which devices there are is found out once, when the library answers for the first time: tasks
 * are told theirs by index, so an index must not change its meaning while the agent runs. A device
 * that is not found again under its index is unknown until the agent is started anew.
 */
public final class NvmlProbe implements DeviceProbe {

    private static final Logger LOG = LoggerFactory.getLogger(NvmlProbe.class);

    private static final long CLOSE_SECONDS = 2;

    private final Settings settings;
    private final LongFunction<Optional<AttemptId>> owner;
    private final SickCards sick;
    private final Failing failing;
    private final XidWatch watch;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("agent-nvml").factory());
    private volatile List<Device> inventory = List.of();

    /** What did not come back in time; of the thread that samples. */
    private @Nullable Future<?> stuck;

    /** All that follows belongs to the thread above. */
    private @Nullable NvmlCards cards;

    private long openAgainNanos = System.nanoTime();
    private @Nullable String lost;
    private final Map<String, String> troubles = new HashMap<>();

    /**
     * How it asks.
     *
     * @param library {@link NvmlLibrary#NAME}, or a path
     * @param visible the agent's own {@code CUDA_VISIBLE_DEVICES}, if set
     * @param start how long the library may take to open: without its persistence mode the driver
     *     wakes each card up
     * @param answer how long a sample may take
     * @param again after which time it is opened anew at the earliest, when it was lost
     * @param pciDevices where the kernel shows those of the PCI bus
     */
    public record Settings(
            String library,
            Optional<String> visible,
            Duration start,
            Duration answer,
            Duration again,
            Path pciDevices) {

        /** 30 s, 5 s, 10 s. */
        public static Settings of(String library, Optional<String> visible) {
            return new Settings(
                    library,
                    visible,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Path.of("/sys/bus/pci/devices"));
        }
    }

    private NvmlProbe(
            Settings settings,
            LongFunction<Optional<AttemptId>> owner,
            SickCards sick,
            Failing failing) {
        this.settings = settings;
        this.failing = failing;
        this.owner = owner;
        this.sick = sick;
        this.watch = new XidWatch(settings.library(), settings.again(), this::onXid);
    }

    /**
     * A probe, if this machine may have cards: if its library counts at least one, or is there and
     * cannot tell now, or they were there before. In the latter cases the probe has no device until
     * the library answers: a node whose cards are in trouble must not offer the host's memory in
     * their place.
     *
     * @param had whether this node is known to have had cards
     * @param owner whose a process is, by its number; may block, on the probe's thread
     * @param sick is told of Xid errors, and tells which cards are out of use
     * @param failing is told of cards on which nothing is to run on; on a thread of its own
     */
    public static Optional<DeviceProbe> start(
            Settings settings,
            boolean had,
            LongFunction<Optional<AttemptId>> owner,
            SickCards sick,
            Failing failing) {
        NvmlProbe probe = new NvmlProbe(settings, owner, sick, failing);
        if (probe.mayHaveCards(had)) {
            return Optional.of(probe);
        }
        probe.close();
        return Optional.empty();
    }

    private boolean mayHaveCards(boolean had) {
        Future<Boolean> opening = thread.submit(() -> openFirst(had));
        try {
            return opening.get(settings.start().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            stuck = opening;
            LOG.error(
                    "nvml_hangs: it did not open within {} s; no card of this node is offered"
                            + " until it does. See what dmesg and nvidia-smi say",
                    settings.start().toSeconds());
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("NVML could not be opened", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean openFirst(boolean had) {
        try {
            open();
            return true;
        } catch (NvmlException e) {
            if (e.code().saysThereAreNone() && !had) {
                LOG.info("no_nvml: {}", e.getMessage());
                return false;
            }
            lose(e);
            return true;
        }
    }

    private NvmlCards open() throws NvmlException {
        openAgainNanos = System.nanoTime() + settings.again().toNanos();
        NvmlCards opened =
                NvmlCards.open(
                        settings.library(),
                        new VisibleDevices(settings.visible()),
                        settings.pciDevices());
        cards = opened;
        inventory =
                inventory.isEmpty()
                        ? opened.devices()
                        : inventory.stream().map(opened::now).toList(); // of a newer driver, say
        return opened;
    }

    @Override
    public String kind() {
        return "cuda";
    }

    /** Does not block. */
    @Override
    public List<Device> inventory() {
        return inventory;
    }

    /** On the watch's thread. */
    private void onXid(String uuid, int code) {
        sick.xid(uuid, code);
        XidAction action = sick.table().action(code);
        if (action != XidAction.IGNORE) {
            inventory.stream()
                    .filter(device -> device.uuid().equals(uuid))
                    .forEach(device ->
                            failing.fail(
                                    device.index(),
                                    sick.table().text(code, device.index()),
                                    action == XidAction.FAIL));
        }
    }

    /** Blocks for a bounded time. From the first on, it also hears of Xid errors. */
    @Override
    public List<Sample> sample(Collection<Running> running) {
        watch.start();
        if (stuck != null) {
            if (!stuck.isDone()) {
                return unknown();
            }
            stuck = null;
            LOG.info("nvml_answers_again");
        }
        Future<List<Sample>> looking = thread.submit(this::look);
        try {
            return looking.get(settings.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            stuck = looking;
            LOG.error(
                    "nvml_hangs: no answer within {} ms; nothing new is placed on this node's"
                            + " cards until there is one. See what dmesg and nvidia-smi say",
                    settings.answer().toMillis());
            return unknown();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cards could not be measured", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return unknown();
        }
    }

    @Override
    public void use(String uuid) {
        sick.forgive(uuid);
    }

    private List<Sample> look() {
        try {
            NvmlCards now = cards;
            if (now == null) {
                if (System.nanoTime() - openAgainNanos < 0) {
                    return unknown();
                }
                now = open();
            }
            List<Sample> samples = new ArrayList<>();
            for (Device device : inventory) {
                samples.add(sample(now, device));
            }
            if (lost != null) {
                LOG.info("nvml_back devices={}", samples.size());
                lost = null;
            }
            return samples;
        } catch (NvmlException e) {
            lose(e);
            return unknown();
        }
    }

    private Sample sample(NvmlCards now, Device device) throws NvmlException {
        if (!now.has(device)) {
            say(device, "it is not offered any more under this index; start the agent anew");
            return unknown(device);
        }
        try {
            Sample sample = now.sample(device, owner);
            sick.answers(
                    device.uuid(),
                    new SickCards.Signs(
                            now.energyMillijoules(device), sample.telemetry().eccUncorrected()));
            if (troubles.remove(device.uuid()) != null) {
                LOG.info("device_known device={} uuid={}", device.index(), device.uuid());
            }
            return sample.with(
                    sample.telemetry().withLastXid(sick.lastXid(device.uuid())),
                    sick.reason(device.uuid()).orElse(""));
        } catch (NvmlException e) {
            if (e.code().concernsAll()) {
                throw e;
            }
            say(device, String.valueOf(e.getMessage()));
            Sample unknown = unknown(device);
            return unknown.sickness().isEmpty()
                    ? unknown.with(unknown.telemetry(), sickness(e.code()))
                    : unknown;
        }
    }

    private static String sickness(NvmlCode code) {
        return switch (code) {
            case GPU_IS_LOST -> "the driver has lost it (GPU_IS_LOST)";
            case RESET_REQUIRED -> "it has to be reset (RESET_REQUIRED)";
            default -> "";
        };
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

    private void lose(NvmlException why) {
        if (cards != null) {
            cards.close();
            cards = null;
        }
        String message = String.valueOf(why.getMessage());
        if (!message.equals(lost)) {
            LOG.error(
                    "nvml_lost: {}. Nothing new is placed on this node's cards; it is opened anew"
                            + " every {} s",
                    message,
                    settings.again().toSeconds());
        }
        lost = message;
    }

    private List<Sample> unknown() {
        return inventory.stream().map(this::unknown).toList();
    }

    private Sample unknown(Device device) {
        return new Sample(device.index(), 0, List.of(), true)
                .with(
                        Telemetry.NONE.withLastXid(sick.lastXid(device.uuid())),
                        sick.reason(device.uuid()).orElse(""));
    }

    /**
     * Waits a moment for the library to be shut down; if it hangs, it is left to the process's end.
     */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            if (cards != null) {
                cards.close();
                cards = null;
            }
        });
        thread.shutdown();
        watch.close();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("nvml_still_busy");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
