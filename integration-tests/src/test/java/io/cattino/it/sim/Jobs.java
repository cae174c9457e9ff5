package io.cattino.it.sim;

import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** What clients submit, and what becomes of it on a machine. */
final class Jobs {
    private static final Context CONTEXT =
            new Context("c0", "/work", new TreeMap<>(), 022, "", "ann", "laptop");

    private Jobs() {}

    /** A submission of some tasks, in a group or not, that wait for each other or not. */
    static Function<Time, Input> submission(World world, String id, List<String> earlier) {
        List<String> names = new ArrayList<>();
        List<TaskSpec> tasks = new ArrayList<>();
        List<Input.EdgeSpec> edges = new ArrayList<>();
        boolean grouped = world.chance(40);
        String prefix = grouped ? "g" + id + "/" : "";
        for (int i = 1 + world.random(4); i > 0; i--) {
            String name = prefix + "t" + id + "-" + i;
            while (world.chance(30) && !names.isEmpty()) {
                edges.add(edge(world, world.one(names), name));
            }
            if (world.chance(10) && !earlier.isEmpty()) {
                edges.add(edge(world, world.one(earlier), name));
            }
            names.add(name);
            tasks.add(task(world, name));
        }
        List<Group> groups =
                grouped
                        ? List.of(
                                new Group(
                                        "g" + id,
                                        false,
                                        world.chance(50)
                                                ? Optional.of(hooks(world, id))
                                                : Optional.empty()))
                        : List.of();
        Set<Integer> held = world.chance(5) ? Set.of(0) : Set.of();
        return at ->
                new Input.Submit(
                        at,
                        new SubmissionId(id),
                        "digest-" + id,
                        "s",
                        CONTEXT,
                        tasks,
                        groups,
                        edges,
                        Optional.of(OverrideMode.RENAME),
                        true,
                        held);
    }

    private static Input.EdgeSpec edge(World world, String from, String to) {
        return new Input.EdgeSpec(
                from,
                to,
                world.chance(70) ? Dependency.Condition.SUCCESS : Dependency.Condition.ANY);
    }

    private static GroupHooks hooks(World world, String id) {
        List<String> hooks = new ArrayList<>(List.of("on_start", "on_end"));
        if (world.chance(50)) {
            hooks.remove(world.random(2));
        }
        return new GroupHooks(
                new PythonObject(PythonObject.Kind.GROUP_END, "0", "g" + id, List.of(), hooks));
    }

    private static TaskSpec task(World world, String name) {
        long forMs = world.chance(88) ? world.between(0, 4_000) : world.between(4_000, 60_000);
        int dice = world.random(100);
        int code = dice < 75 ? 0 : dice < 85 ? 100 : dice < 95 ? 1 : 137;
        List<String> argv =
                List.of(
                        "work",
                        Long.toString(forMs),
                        Integer.toString(code),
                        world.chance(10) ? "ignores TERM" : "",
                        Long.toString(world.chance(5) ? world.between(500, 40_000) : 0));
        return new TaskSpec(
                name,
                new Command(argv, false),
                need(world),
                world.chance(50) ? 1 + world.random(4) : 0,
                world.random(3),
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                loss(world));
    }

    private static LossPolicy loss(World world) {
        OnDisconnect then =
                world.one(
                        List.of(
                                OnDisconnect.DEFAULT,
                                OnDisconnect.REQUEUE,
                                OnDisconnect.REQUEUE,
                                OnDisconnect.FAIL,
                                OnDisconnect.WAIT));
        return new LossPolicy(then, world.chance(80) ? world.between(15_000, 45_000) : 0);
    }

    private static DeviceNeed need(World world) {
        return switch (world.random(6)) {
            case 0 -> new DeviceNeed.None();
            case 1 -> new DeviceNeed.Whole(1 + world.random(2));
            case 2 -> new DeviceNeed.Shared(1, new MemoryAsk.Auto(Work.UNKNOWN));
            default ->
                    new DeviceNeed.Shared(
                            1 + world.random(2),
                            new MemoryAsk.Mib(1_000L * (1 + world.random(18))));
        };
    }

    /** What the command of an attempt does; one that exits with 100 does so twice. */
    static Host.Work work(Effect.Launch launch) {
        List<String> argv = launch.spec().command().argv();
        int groups = launch.starts().size();
        if (argv.size() < 5) {
            return new Host.Work(500, 0, false, 0, groups);
        }
        int code = Integer.parseInt(argv.get(2));
        return new Host.Work(
                Long.parseLong(argv.get(1)),
                code == 100 && launch.attempt().number() > 2 ? 0 : code,
                !argv.get(3).isEmpty(),
                Long.parseLong(argv.get(4)),
                groups);
    }
}
