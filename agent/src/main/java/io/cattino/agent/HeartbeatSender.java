package io.cattino.agent;

import io.cattino.agent.link.CoordinatorLink;
import io.cattino.agent.link.Rhythm;
import io.cattino.agent.probe.DeviceProbe;
import io.cattino.agent.probe.HostMemory;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.AttemptUse;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Squatter;
import io.cattino.proto.v1.Trouble;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the devices on one thread and sends heartbeats from another, so that a probe that hangs
 * stops the samples and not the heart.
 */
final class HeartbeatSender {

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSender.class);

    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DeviceProbe probe;
    private final HostMemory memory;
    private final Supplier<Collection<DeviceProbe.Running>> running;
    private final Witness witness;
    private final CoordinatorLink link;
    private final Supplier<List<Trouble>> troubles;
    private final long staleNanos;
    private boolean sampled;
    private long sampledNanos;
    private List<DeviceProbe.Device> inventory;
    private volatile Samples latest;
    private Samples sent;
    private List<Trouble> sentTroubles = List.of();
    private long sentNanos;

    /** Hears what the devices look like, and who may use them; on the sampler's thread. */
    @FunctionalInterface
    interface Witness {
        void saw(List<DeviceProbe.Sample> samples, Collection<DeviceProbe.Running> running);
    }

    /**
     * @param news what of the devices is worth a heartbeat of its own: not each degree
     */
    private record Samples(
            List<DeviceSample> devices, List<DeviceSample> news, long memoryUsedMib, long atNanos) {
        static Samples of(List<DeviceSample> devices, long memoryUsedMib) {
            return new Samples(
                    devices,
                    devices.stream().map(HeartbeatSender::news).toList(),
                    memoryUsedMib,
                    System.nanoTime());
        }
    }

    /**
     * @param running what may use devices; may wait for the loop
     * @param witness hears every sample
     * @param troubles of the node now; does not block
     * @param staleNanos samples older than that are sent as unknown
     */
    HeartbeatSender(
            DeviceProbe probe,
            HostMemory memory,
            Supplier<Collection<DeviceProbe.Running>> running,
            Witness witness,
            CoordinatorLink link,
            Supplier<List<Trouble>> troubles,
            long staleNanos) {
        this.probe = probe;
        this.memory = memory;
        this.running = running;
        this.witness = witness;
        this.link = link;
        this.troubles = troubles;
        this.staleNanos = staleNanos;
        this.inventory = probe.inventory();
        this.latest = Samples.of(List.of(), 0);
        this.sent = latest;
    }

    /**
     * Looks at the devices, if it is time: at once when there is a leader to tell it to, since
     * nothing is placed here before, and then once a second, also while there is none: what
     * attempts use is noted. On the sampler's thread.
     */
    void sample() {
        long now = System.nanoTime();
        if (sampled ? now - sampledNanos < SAMPLE_NANOS : link.rhythm().isEmpty()) {
            return;
        }
        sampled = true;
        sampledNanos = now;
        try {
            Collection<DeviceProbe.Running> attempts = running.get();
            List<DeviceProbe.Sample> samples = probe.sample(attempts);
            List<DeviceSample> devices = samples.stream().map(HeartbeatSender::message).toList();
            latest = Samples.of(devices, memory.usedMib());
            witness.saw(samples, attempts);
            tellDevicesFoundLate();
        } catch (RuntimeException e) {
            LOG.warn("sample_failed", e);
        }
    }

    /** A driver that was in trouble when the agent started: only a hello tells which there are. */
    private void tellDevicesFoundLate() {
        List<DeviceProbe.Device> now = probe.inventory();
        if (!now.equals(inventory)) {
            inventory = now;
            link.sayHelloAgain("it has other devices than it said");
        }
    }

    /**
     * Sends a heartbeat if one is due, or if troubles changed, or samples in what is placed by. On
     * the timer's thread.
     */
    void beat() {
        link.rhythm().ifPresent(this::beat);
    }

    private void beat(Rhythm rhythm) {
        long now = System.nanoTime();
        long sinceMs = TimeUnit.NANOSECONDS.toMillis(now - sentNanos);
        Samples samples = latest;
        List<Trouble> suffered = troubles.get();
        boolean changed = !samples.news().equals(sent.news()) || !suffered.equals(sentTroubles);
        boolean first = sent.devices().isEmpty();
        if (sinceMs >= rhythm.heartbeatMs()
                || (changed && (first || sinceMs >= rhythm.sampleMs()))) {
            boolean stale = now - samples.atNanos() > staleNanos;
            Heartbeat.Builder heartbeat =
                    Heartbeat.newBuilder()
                            .setMonoMs(TimeUnit.NANOSECONDS.toMillis(now))
                            .setMemoryUsedMib(samples.memoryUsedMib())
                            .addAllTroubles(suffered);
            for (DeviceSample sample : samples.devices()) {
                heartbeat.addDevices(stale ? sample.toBuilder().setUnknown(true).build() : sample);
            }
            link.heartbeat(heartbeat.build());
            sent = samples;
            sentTroubles = suffered;
            sentNanos = now;
        }
    }

    private static DeviceSample message(DeviceProbe.Sample sample) {
        DeviceSample.Builder message =
                DeviceSample.newBuilder()
                        .setIndex(sample.index())
                        .setUsedMib(sample.usedMib())
                        .setUnknown(sample.unknown());
        for (DeviceProbe.Use use : sample.attempts()) {
            message.addAttempts(
                    AttemptUse.newBuilder().setRef(Wire.ref(use.id())).setUsedMib(use.usedMib()));
        }
        sample.squatters().forEach(each -> message.addSquatters(message(each)));
        DeviceProbe.Telemetry telemetry = sample.telemetry();
        telemetry.utilizationPercent().ifPresent(message::setUtilizationPercent);
        telemetry.temperatureCelsius().ifPresent(message::setTemperatureCelsius);
        telemetry.powerMilliwatts().ifPresent(message::setPowerMilliwatts);
        telemetry.eccUncorrected().ifPresent(message::setEccUncorrected);
        telemetry.lastXid().ifPresent(message::setLastXid);
        return message.setHealth(sample.sickness()).build();
    }

    private static DeviceSample news(DeviceSample sample) {
        return sample.toBuilder()
                .clearUtilizationPercent()
                .clearTemperatureCelsius()
                .clearPowerMilliwatts()
                .clearEccUncorrected()
                .clearLastXid()
                .build();
    }

    private static Squatter message(DeviceProbe.Squatter squatter) {
        Squatter.Builder message =
                Squatter.newBuilder()
                        .setPid(squatter.pid())
                        .setUser(squatter.user())
                        .setCommand(squatter.command())
                        .setUsedMib(squatter.usedMib());
        squatter.started()
                .ifPresent(time -> message.setStartTime(Wire.timestamp(time.toEpochMilli())));
        return message.build();
    }
}
