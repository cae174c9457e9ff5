package io.cattino.coordinator.metrics;

import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.loop.LoopListener;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.hotspot.DefaultExports;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator measures. Made before the leader, whose listener it is; told of each leader
 * by {@link #observe}, it reads the state at every scrape and counts what the event feed tells. No
 * label has a value per task. Any thread; never blocks those who tell it something.
 */
public final class CoordinatorMetrics implements LoopListener {
    private static final double NANOS = 1e9;

    private final CollectorRegistry registry;
    private final Histogram startDelay;
    private final Counter attempts;
    private final Histogram cycle;
    private final Counter inputs;
    private final Histogram commit;
    private final Counter recordBytes;
    private final Counter journalEvents;
    private final Counter handled;
    private final Gauge revision;
    private volatile Optional<ViewCollector> view = Optional.empty();

    /**
     * Registers everything there is.
     *
     * @param registry of this coordinator only
     */
    public CoordinatorMetrics(CollectorRegistry registry, BuildInfo build) {
        this.registry = registry;
        startDelay = startDelay(registry);
        attempts =
                Counter.build("cattino_task_attempts_total", "Attempts that ended, by how.")
                        .labelNames("outcome")
                        .register(registry);
        cycle =
                Histogram.build(
                                "cattino_scheduler_cycle_seconds",
                                "One batch of the loop, without its commit.")
                        .buckets(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
                        .register(registry);
        inputs =
                Counter.build("cattino_scheduler_inputs_total", "Inputs that the loop took.")
                        .register(registry);
        commit = commit(registry);
        recordBytes =
                Counter.build("cattino_journal_bytes_total", "Bytes that became durable.")
                        .register(registry);
        journalEvents =
                Counter.build(
                                "cattino_journal_events_total",
                                "What happened to the journal beside commits: lost connections, snapshots, doubts.")
                        .labelNames("event")
                        .register(registry);
        revision =
                Gauge.build(
                                "cattino_journal_revision",
                                "Newest durable fact known here; a standby's is a moment behind the leader's.")
                        .register(registry);
        handled =
                Counter.build("grpc_server_handled_total", "Calls that ended, by how.")
                        .labelNames("grpc_service", "grpc_method", "grpc_code")
                        .register(registry);
        Gauge.build("cattino_build_info", "Which build this is.")
                .labelNames("version", "revision")
                .register(registry)
                .labels(build.version(), build.revision())
                .set(1);
        DefaultExports.register(registry);
        new Observed().register(registry);
    }

    /** The leader that is observed; without one, that there is none. */
    private final class Observed extends Collector {
        @Override
        public List<MetricFamilySamples> collect() {
            return view.map(ViewCollector::collect)
                    .orElseGet(() -> List.of(ViewCollector.leading(false)));
        }
    }

    private static Histogram startDelay(CollectorRegistry registry) {
        return Histogram.build(
                        "cattino_task_start_delay_seconds",
                        "From acceptance to the first attempt's start, of tasks without dependencies.")
                .buckets(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43200)
                .register(registry);
    }

    private static Histogram commit(CollectorRegistry registry) {
        return Histogram.build(
                        "cattino_journal_commit_seconds",
                        "From the first sending of a record to its durability.")
                .buckets(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 4)
                .register(registry);
    }

    /** Where everything is registered. */
    public CollectorRegistry registry() {
        return registry;
    }

    /**
     * Reads this leader, at every scrape and as its feed goes on, until what it returns is closed.
     */
    public Observation observe(Leader leader, Duration timeout) {
        ViewCollector here = new ViewCollector(leader, timeout);
        view = Optional.of(here);
        EventMeter meter = new EventMeter(this);
        meter.start(leader.events());
        return () -> {
            meter.close();
            if (view.equals(Optional.of(here))) {
                view = Optional.empty();
            }
        };
    }

    /** A leader being read. */
    @FunctionalInterface
    public interface Observation extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public void stepped(int taken, long nanos) {
        cycle.observe(nanos / NANOS);
        inputs.inc(taken);
    }

    /** A record of the journal became durable. */
    public void committed(long nanos, int bytes) {
        commit.observe(nanos / NANOS);
        recordBytes.inc(bytes);
    }

    /** Something out of the ordinary happened to the journal. */
    public void journalEvent(String event) {
        journalEvents.labels(event).inc();
    }

    /** The facts up to that one are durable, and known here. */
    public void known(long newest) {
        revision.set((double) newest);
    }

    /** A gRPC call ended. */
    public void handled(String service, String method, String code) {
        handled.labels(service, method, code).inc();
    }

    void started(double delaySeconds) {
        startDelay.observe(delaySeconds);
    }

    void ended(String outcome) {
        attempts.labels(outcome).inc();
    }
}
