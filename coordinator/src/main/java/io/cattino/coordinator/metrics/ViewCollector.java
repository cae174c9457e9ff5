package io.cattino.coordinator.metrics;

import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.NodeHealth;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.coordinator.loop.Leader;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The state as gauges, read at every scrape in slices short enough for the loop's thread. If the
 * loop does not answer in time, {@code cattino_leader} is 0 and the rest is left out. Any thread.
 */
final class ViewCollector {
    /** Tasks looked at in one visit to the loop's thread. */
    private static final int SLICE = 5_000;

    private static final double MIB = 1024.0 * 1024;

    private final Leader leader;
    private final Duration timeout;

    ViewCollector(Leader leader, Duration timeout) {
        this.leader = leader;
        this.timeout = timeout;
    }

    /** Whether this coordinator leads, which every one of them says. */
    static GaugeMetricFamily leading(boolean leads) {
        return new GaugeMetricFamily(
                "cattino_leader", "Whether this coordinator leads.", leads ? 1 : 0);
    }

    List<MetricFamilySamples> collect() {
        List<MetricFamilySamples> families = new ArrayList<>();
        GaugeMetricFamily leading = leading(false);
        try {
            long until = System.nanoTime() + timeout.toNanos();
            families.addAll(tasks(until));
            families.addAll(read(ViewCollector::nodes, until));
            leading = leading(true);
        } catch (TimeoutException | ExecutionException _) {
            families.clear();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            families.clear();
        }
        families.add(leading);
        return families;
    }

    private <T> T read(Function<View, T> query, long until)
            throws ExecutionException, InterruptedException, TimeoutException {
        return leader.read(query).get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private record Tallies(Map<String, Long> states, Map<String, Long> reasons) {}

    private List<MetricFamilySamples> tasks(long until)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Long> states = new TreeMap<>();
        for (String state : List.of("waiting", "running", "done", "failed", "cancelled")) {
            states.put(state, 0L);
        }
        Tallies tallies = new Tallies(states, new TreeMap<>());
        Optional<TaskId> next = Optional.of(new TaskId(0));
        while (next.isPresent()) {
            TaskId from = next.get();
            // The maps belong to the loop's thread until its answer is here.
            next = read(view -> tally(view, from, tallies), until);
        }
        return List.of(
                family("cattino_tasks", "Tasks by status.", "state", tallies.states()),
                family(
                        "cattino_tasks_pending",
                        "Waiting tasks by reason.",
                        "reason",
                        tallies.reasons()));
    }

    private static Optional<TaskId> tally(View view, TaskId from, Tallies tallies) {
        int looked = 0;
        for (Task task : view.state().tasksFrom(from).values()) {
            if (looked++ == SLICE) {
                return Optional.of(task.id());
            }
            String state = task.status().word().toLowerCase(Locale.ROOT);
            tallies.states().merge(state, 1L, Long::sum);
            if (state.equals("waiting")) {
                tallies.reasons().merge(view.reason(task).code().word(), 1L, Long::sum);
            }
        }
        return Optional.empty();
    }

    private static GaugeMetricFamily family(
            String name, String help, String label, Map<String, Long> values) {
        GaugeMetricFamily family = new GaugeMetricFamily(name, help, List.of(label));
        values.forEach((value, count) -> family.addMetric(List.of(value), count));
        return family;
    }

    private static List<MetricFamilySamples> nodes(View view) {
        Map<String, Long> states = new TreeMap<>();
        for (NodeHealth health : NodeHealth.values()) {
            states.put(word(health), 0L);
        }
        GaugeMetricFamily age =
                new GaugeMetricFamily(
                        "cattino_agent_heartbeat_age_seconds",
                        "Since the agent was last heard.",
                        List.of("node"));
        Gpus gpus = new Gpus();
        for (Node node : view.state().nodes()) {
            states.merge(word(view.health(node.id())), 1L, Long::sum);
            Optional<View.Contact> contact = view.contact(node.id());
            contact.filter(c -> c.heardMonoMs() > 0)
                    .ifPresent(c ->
                            age.addMetric(
                                    List.of(node.name()),
                                    Math.max(0, view.now().monoMs() - c.heardMonoMs()) / 1e3));
            gpus.add(node, contact, List.copyOf(view.state().allocationsOn(node.id())));
        }
        List<MetricFamilySamples> families = new ArrayList<>(gpus.families());
        families.add(family("cattino_nodes", "Nodes by state.", "state", states));
        families.add(age);
        return families;
    }

    private static String word(NodeHealth health) {
        return health.name().toLowerCase(Locale.ROOT);
    }

    /** Memory of the devices, and how they fare. */
    private static final class Gpus {
        private static final List<String> LABELS = List.of("node", "gpu", "model");
        private final GaugeMetricFamily total = family("total", "Memory of the device.");
        private final GaugeMetricFamily used = family("used", "Measured, all processes together.");
        private final GaugeMetricFamily reserved = family("reserved", "Promised to attempts.");
        private final GaugeMetricFamily external =
                family("external", "Measured, processes outside Cattino.");
        private final GaugeMetricFamily utilization =
                device("utilization_ratio", "Of the last moments in which something ran on it.");
        private final GaugeMetricFamily temperature = device("temperature_celsius", "Of its chip.");
        private final GaugeMetricFamily power = device("power_watts", "That it draws.");
        private final GaugeMetricFamily ecc =
                device(
                        "ecc_uncorrected_errors",
                        "Memory errors not corrected since its driver was loaded.");
        private final GaugeMetricFamily sick =
                device("sick", "1: nothing new is placed on it; meow gpus says why.");

        private static GaugeMetricFamily family(String what, String help) {
            return new GaugeMetricFamily("cattino_gpu_memory_" + what + "_bytes", help, LABELS);
        }

        private static GaugeMetricFamily device(String what, String help) {
            return new GaugeMetricFamily("cattino_device_" + what, help, LABELS);
        }

        void add(Node node, Optional<View.Contact> contact, List<Allocation> allocations) {
            for (DeviceInfo device : node.inventory().devices()) {
                List<String> labels =
                        List.of(node.name(), Integer.toString(device.index()), device.model());
                total.addMetric(labels, device.totalMib() * MIB);
                reserved.addMetric(labels, promised(device, allocations) * MIB);
                Optional<DeviceSample> newest =
                        contact.flatMap(c ->
                                c.samples().stream()
                                        .filter(s -> s.index() == device.index())
                                        .findFirst());
                newest.ifPresent(sample -> fares(sample, labels));
                newest.filter(sample -> !sample.unknown())
                        .ifPresent(sample -> {
                            used.addMetric(labels, sample.usedMib() * MIB);
                            external.addMetric(
                                    labels, Math.max(0, sample.usedMib() - ours(sample)) * MIB);
                        });
            }
        }

        private void fares(DeviceSample sample, List<String> labels) {
            Telemetry telemetry = sample.telemetry();
            telemetry
                    .utilizationPercent()
                    .ifPresent(percent -> utilization.addMetric(labels, percent / 100.0));
            telemetry
                    .temperatureCelsius()
                    .ifPresent(celsius -> temperature.addMetric(labels, celsius));
            telemetry.powerMilliwatts().ifPresent(mw -> power.addMetric(labels, mw / 1e3));
            telemetry.eccUncorrected().ifPresent(count -> ecc.addMetric(labels, (double) count));
            sick.addMetric(labels, sample.sick() ? 1 : 0);
        }

        private static long promised(DeviceInfo device, List<Allocation> allocations) {
            return allocations.stream()
                    .flatMap(a -> a.devices().stream())
                    .filter(share -> share.index() == device.index())
                    .mapToLong(DeviceShare::mib)
                    .sum();
        }

        private static long ours(DeviceSample sample) {
            return sample.attempts().stream().mapToLong(AttemptUse::usedMib).sum();
        }

        List<MetricFamilySamples> families() {
            return List.of(
                    total, used, reserved, external, utilization, temperature, power, ecc, sick);
        }
    }
}
