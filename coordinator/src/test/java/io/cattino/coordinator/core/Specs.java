package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Input.EdgeSpec;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency.Condition;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Short words for what tests hand in. */
final class Specs {
    static final Context CONTEXT =
            new Context("c0", "/work", new TreeMap<>(), 022, "", "ann", "laptop");

    private Specs() {}

    /** A CPU task. */
    static TaskSpec cpu(String name) {
        return task(name, new DeviceNeed.None(), 0);
    }

    static TaskSpec cores(String name, int cpus) {
        return task(name, new DeviceNeed.None(), cpus);
    }

    static TaskSpec whole(String name, int count) {
        return task(name, new DeviceNeed.Whole(count), 0);
    }

    /** So many MiB on one device. */
    static TaskSpec mib(String name, long mib) {
        return mib(name, 1, mib);
    }

    static TaskSpec mib(String name, int count, long mib) {
        return task(name, new DeviceNeed.Shared(count, new MemoryAsk.Mib(mib)), 0);
    }

    static TaskSpec percent(String name, int percent) {
        MemoryAsk share = new MemoryAsk.Share(percent * 10_000);
        return task(name, new DeviceNeed.Shared(1, share), 0);
    }

    static TaskSpec task(String name, DeviceNeed need, int cpus) {
        return new TaskSpec(
                name,
                new Command(List.of("true"), false),
                need,
                cpus,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID);
    }

    static EdgeSpec edge(String from, String to) {
        return new EdgeSpec(from, to, Condition.SUCCESS);
    }

    static EdgeSpec anyEdge(String from, String to) {
        return new EdgeSpec(from, to, Condition.ANY);
    }

    static NodeIdentity identity(String name) {
        return new NodeIdentity(new NodeId("id-" + name), "machine-" + name, "boot-1", name);
    }

    /** 64 cores, 128 slots. */
    static NodeInventory gpus(int count, long mib) {
        return inventory(
                IntStream.range(0, count)
                        .mapToObj(i -> new DeviceInfo(i, "GPU-" + i, "fake card", "fake", mib))
                        .toList(),
                64,
                128);
    }

    /** A machine without cards. */
    static NodeInventory host(int cpus, int slots) {
        DeviceInfo memory = new DeviceInfo(0, "host", "host memory", "host", 65_536);
        return inventory(List.of(memory), cpus, slots);
    }

    static NodeInventory inventory(List<DeviceInfo> devices, int cpus, int slots) {
        return new NodeInventory(devices, cpus, 262_144, slots, new TreeMap<>());
    }

    static Submitting submission(TaskSpec... tasks) {
        return new Submitting(
                Optional.empty(),
                "",
                List.of(tasks),
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                CONTEXT,
                Set.of());
    }

    /** A submission in the making. */
    record Submitting(
            Optional<String> id,
            String digest,
            List<TaskSpec> tasks,
            List<Group> groups,
            List<EdgeSpec> edges,
            Optional<OverrideMode> override,
            boolean allowUnfit,
            Context context,
            Set<Integer> held) {
        Submitting of(List<TaskSpec> value) {
            return new Submitting(
                    id, digest, value, groups, edges, override, allowUnfit, context, held);
        }

        /** Under a request id of the test's choice. */
        Submitting as(String request, String content) {
            return new Submitting(
                    Optional.of(request),
                    content,
                    tasks,
                    groups,
                    edges,
                    override,
                    allowUnfit,
                    context,
                    held);
        }

        Submitting open(String group) {
            List<Group> more = new ArrayList<>(groups);
            more.add(new Group(group, true));
            return new Submitting(
                    id, digest, tasks, more, edges, override, allowUnfit, context, held);
        }

        Submitting hooks(String group, String... hooks) {
            List<Group> more = new ArrayList<>(groups);
            PythonObject python =
                    new PythonObject(
                            PythonObject.Kind.GROUP_END, "0", group, List.of(), List.of(hooks));
            more.add(new Group(group, false, Optional.of(new GroupHooks(python))));
            return new Submitting(
                    id, digest, tasks, more, edges, override, allowUnfit, context, held);
        }

        Submitting edges(EdgeSpec... more) {
            return edges(List.of(more));
        }

        Submitting edges(List<EdgeSpec> value) {
            return new Submitting(
                    id, digest, tasks, groups, value, override, allowUnfit, context, held);
        }

        Submitting override(OverrideMode mode) {
            return new Submitting(
                    id, digest, tasks, groups, edges, Optional.of(mode), allowUnfit, context, held);
        }

        Submitting unfit() {
            return new Submitting(id, digest, tasks, groups, edges, override, true, context, held);
        }

        /** Those of these indexes are accepted held. */
        Submitting held(Integer... indexes) {
            return new Submitting(
                    id,
                    digest,
                    tasks,
                    groups,
                    edges,
                    override,
                    allowUnfit,
                    context,
                    Set.of(indexes));
        }

        Submitting in(Context value) {
            return new Submitting(
                    id, digest, tasks, groups, edges, override, allowUnfit, value, held);
        }

        Input.Submit input(Time at, String fallbackId) {
            return new Input.Submit(
                    at,
                    new SubmissionId(id.orElse(fallbackId)),
                    digest,
                    "2026-11-23/08-00-00",
                    context,
                    tasks,
                    groups,
                    edges,
                    override,
                    allowUnfit,
                    held);
        }
    }
}
