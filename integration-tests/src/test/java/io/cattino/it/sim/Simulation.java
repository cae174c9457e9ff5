package io.cattino.it.sim;

import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One cluster, from one seed: some minutes in which things go wrong, then some in which nothing
 * does and everything has to come to its end.
 */
final class Simulation {
    /** From the last fault, or the last end of a command, until all is at rest, at most. */
    private static final long LIVELY_MS = 300_000;

    private static final long LOOK_MS = 2_000;

    private final long seed;
    private final World world;
    private final Net net;
    private final Checker checker;
    private final List<Coordinator> coordinators = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Nemesis nemesis;
    private final long faultsMs;
    private int looks;

    /**
     * What became of a seed.
     *
     * @param hash of the trace
     * @param simulatedMs how long it took, there
     * @param seen what was come across, and how often
     */
    record Result(long hash, long simulatedMs, Map<String, Integer> seen) {}

    private Simulation(long seed, Planted planted) {
        this.seed = seed;
        this.world = new World(seed);
        this.net = new Net(world);
        this.checker = new Checker(world);
        Zoo zoo = new Zoo(world, checker, planted);
        for (int i = 2 + world.random(2); i > 0; i--) {
            coordinators.add(new Coordinator("c" + i, world, net, zoo, checker, planted));
        }
        coordinators.forEach(Coordinator::start);
        for (int i = 2 + world.random(3); i > 0; i--) {
            Host host = new Host("n" + i, 1 + world.random(3), world, checker, planted);
            hosts.add(host);
            agents.add(new Agent("a" + i, world, net, host, coordinators, checker, planted));
        }
        hosts.forEach(Host::boot);
        agents.forEach(Agent::start);
        for (int i = 1 + world.random(3); i > 0; i--) {
            clients.add(new Client("k" + i, world, net, coordinators, hosts, checker));
        }
        this.faultsMs = world.between(180_000, 480_000);
        long pause = world.one(List.of(3_000L, 10_000L, 30_000L, 1_000_000L));
        boolean rash = world.chance(30);
        if (rash || planted == Planted.AGENT_FORGETS_EPOCH) {
            checker.rashSuccessors();
        }
        this.nemesis =
                new Nemesis(world, net, zoo, coordinators, agents, clients, faultsMs, pause, rash);
        look();
    }

    /**
     * Runs a seed.
     *
     * @throws AssertionError if an invariant does not hold
     */
    static Result run(long seed, Planted planted) {
        Simulation simulation = new Simulation(seed, planted);
        try {
            return simulation.run();
        } catch (RuntimeException e) {
            throw simulation.failed(e.toString(), e);
        }
    }

    private Result run() {
        world.run(faultsMs);
        clients.forEach(Client::close);
        nemesis.heal();
        boolean undrained = false;
        List<String> restless = List.of("nothing was looked at");
        while (world.broken() == null
                && !restless.isEmpty()
                && world.now() < Math.max(faultsMs, checker.endedMs()) + LIVELY_MS) {
            world.run(world.now() + 5_000);
            restless = restless();
            // Not before, or somebody's last drain would come after it.
            if (!undrained && clients.stream().allMatch(Client::isIdle)) {
                hosts.forEach(host -> clients.getFirst().undrain(host));
                undrained = true;
                restless = List.of("the nodes are undrained");
            }
        }
        if (world.broken() == null && !restless.isEmpty()) {
            world.broken("I4, I5: " + restless);
        }
        if (world.broken() == null) {
            leader().ifPresent(role -> checker.end(role.view().state()));
        }
        String broken = world.broken();
        if (broken != null) {
            throw failed(broken, null);
        }
        return new Result(world.hash(), world.now(), checker.seen());
    }

    private AssertionError failed(String what, @org.jspecify.annotations.Nullable Throwable cause) {
        String story = String.join("\n", world.lastNotes());
        return new AssertionError(
                """
                seed %d at %.3f s: %s
                %s
                Again: ./mvnw test -pl integration-tests -am -Dtest=SimulationTest \
                -Dsurefire.failIfNoSpecifiedTests=false -Dcattino.sim.seed=%d\
                """
                        .formatted(seed, world.now() / 1000.0, what, story, seed),
                cause);
    }

    private Optional<Role> leader() {
        return coordinators.stream()
                .filter(Coordinator::isLeading)
                .flatMap(each -> each.role().stream())
                .max((a, b) -> Long.compare(a.epoch(), b.epoch()));
    }

    private void look() {
        boolean thoroughly = looks++ % 10 == 9;
        for (Coordinator each : coordinators) {
            each.role().ifPresent(thoroughly ? Role::check : Role::compare);
        }
        world.after(LOOK_MS, World.EVER, this::look);
    }

    /** What has not come to its end; empty when all has. */
    private List<String> restless() {
        List<String> restless = new ArrayList<>();
        if (!clients.stream().allMatch(Client::isIdle)) {
            restless.add("a client waits for an answer");
        }
        Optional<Role> role = leader();
        if (role.isEmpty() || !role.get().isSettled()) {
            restless.add("nobody leads, or is at rest");
        } else {
            View view = role.get().view();
            for (Task task : view.state().tasks()) {
                if (!task.finished() && !waits(view, task)) {
                    restless.add(
                            task.id()
                                    + " "
                                    + task.fullname()
                                    + " "
                                    + task.state()
                                    + " "
                                    + view.reason(task));
                }
            }
            for (Allocation allocation : view.state().allocations()) {
                restless.add("held: " + allocation);
            }
        }
        for (Agent agent : agents) {
            if (!agent.isConnected()) {
                restless.add(agent.name + " is not connected");
            }
            agent.host()
                    .living()
                    .forEach(id ->
                            restless.add("a process of " + id + " lives on " + agent.host().name));
        }
        return restless;
    }

    /** For a person, or for a task that waits for one, or for a machine that is not there. */
    private boolean waits(View view, Task task) {
        return view.stuck(task)
                || task.state() instanceof TaskState.Held
                || task.state() instanceof TaskState.Blocked
                || hosts.stream().noneMatch(host -> fits(host, task));
    }

    private static boolean fits(Host host, Task task) {
        return task.spec().devices().count() <= host.inventory().devices().size();
    }
}
