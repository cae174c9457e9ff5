package io.cattino.it.sim;

import io.cattino.it.sim.World.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that goes wrong, until a certain time. */
final class Nemesis {
    private final World world;
    private final Net net;
    private final Zoo zoo;
    private final List<Coordinator> coordinators;
    private final List<Agent> agents;
    private final List<Client> clients;
    private final long untilMs;
    private final long pauseMs;
    private final boolean rash;

    /**
     * @param untilMs the last fault begins before
     * @param pauseMs between two faults, at most
     * @param rash whether a living leader may be taken for dead
     */
    Nemesis(
            World world,
            Net net,
            Zoo zoo,
            List<Coordinator> coordinators,
            List<Agent> agents,
            List<Client> clients,
            long untilMs,
            long pauseMs,
            boolean rash) {
        this.world = world;
        this.net = net;
        this.zoo = zoo;
        this.coordinators = coordinators;
        this.agents = agents;
        this.clients = clients;
        this.untilMs = untilMs;
        this.pauseMs = pauseMs;
        this.rash = rash;
        next();
    }

    private void next() {
        long when = world.between(pauseMs / 10, pauseMs);
        if (world.now() + when < untilMs) {
            world.after(
                    when,
                    World.EVER,
                    () -> {
                        strike();
                        next();
                    });
        }
    }

    private void strike() {
        Agent agent = world.one(agents);
        Coordinator coordinator = leader().orElseGet(() -> world.one(coordinators));
        Coordinator any = world.one(coordinators);
        switch (world.random(28)) {
            case 0 -> cut(agent, any, world.between(500, 60_000));
            case 1 -> isolate(agent, world.between(1_000, 90_000));
            case 2 -> cut(coordinator, zoo, world.between(500, 15_000));
            case 3 -> {
                long forMs = world.between(1_000, 20_000);
                coordinators.forEach(each -> cutBoth(each, zoo, forMs));
            }
            case 4, 5 -> world.pause(coordinator, world.between(200, 12_000));
            case 6 -> world.pause(any, world.between(200, 12_000));
            case 7, 8 -> world.pause(agent, world.between(500, 40_000));
            case 9 -> any.crash(world.between(200, 10_000));
            case 10, 11, 12 -> coordinator.arm(world.one(List.of(CrashPoint.values())));
            case 13 -> crash(agent, world.between(100, 5_000));
            case 14 -> crash(agent, world.between(10_000, 90_000));
            case 15 -> powerCut(agent);
            case 16 -> agent.host().killSupervisor(world.chance(50));
            case 17 -> net.weather(world.random(20), 5 + world.random(400));
            case 18 -> cut(world.one(clients), any, world.between(500, 20_000));
            case 19 -> usurp();
            case 20 -> {
                // The nastiest: it hears its agents and its clients, and not ZooKeeper.
                cutBoth(coordinator, zoo, world.between(5_000, 15_000));
                coordinators.stream()
                        .filter(each -> each != coordinator)
                        .forEach(each -> cutBoth(agent, each, 10_000));
            }
            case 21, 22 -> agent.arm(world.random(3));
            case 23, 24 -> coup();
            case 25 -> {
                crash(agent, 500);
                agent.host().loseRecords();
            }
            default -> forget(agent);
        }
    }

    private Optional<Coordinator> leader() {
        return coordinators.stream().filter(Coordinator::isLeading).findFirst();
    }

    private void cut(Actor a, Actor b, long forMs) {
        if (world.chance(50)) {
            cutBoth(a, b, forMs);
        } else if (world.chance(50)) {
            cutOne(a, b, forMs);
        } else {
            cutOne(b, a, forMs);
        }
    }

    private void cutBoth(Actor a, Actor b, long forMs) {
        cutOne(a, b, forMs);
        cutOne(b, a, forMs);
    }

    private void cutOne(Actor from, Actor to, long forMs) {
        world.note(from, "is cut off from", to.name, forMs);
        net.cut(from, to);
        world.after(forMs, World.EVER, () -> net.heal(from, to));
    }

    private void isolate(Agent agent, long forMs) {
        coordinators.forEach(each -> cutBoth(agent, each, forMs));
    }

    private void crash(Agent agent, long downMs) {
        if (agent.isUp()) {
            agent.crash();
            world.after(downMs, World.EVER, agent::restart);
        }
    }

    private void powerCut(Agent agent) {
        if (agent.host().isUp()) {
            powerOff(agent);
            world.after(world.between(1_000, 60_000), World.EVER, () -> powerOn(agent));
        }
    }

    private void powerOff(Agent agent) {
        agent.crash();
        agent.host().crash();
    }

    private void powerOn(Agent agent) {
        if (!agent.host().isUp()) {
            agent.host().boot();
            world.after(world.between(100, 5_000), World.EVER, agent::restart);
        }
    }

    /** Nobody believes in the machine any more; it comes back long after that was said. */
    private void forget(Agent agent) {
        if (!agent.host().isUp() || agents.size() < 3) {
            return;
        }
        powerOff(agent);
        Runnable said =
                () -> {
                    world.note(agent, "is forgotten");
                    world.after(90_000, World.EVER, () -> powerOn(agent));
                };
        world.after(20_000, World.EVER, () -> world.one(clients).forget(agent.host(), said));
    }

    /** The next in the queue takes a living leader for a dead one. */
    private void usurp() {
        Optional<Zoo.Session> first = zoo.head();
        Optional<Zoo.Session> second = zoo.second();
        if (rash && first.isPresent() && second.isPresent()) {
            world.note(second.get().owner, "believes to be gone", first.get().owner.name);
            Coordinator next = second.get().owner;
            world.deliver(next, () -> next.replace(first.get()));
        }
    }

    /** The same, and the leader hears of it late; some agents begin anew in the meantime. */
    private void coup() {
        zoo.head().ifPresent(first -> cutBoth(first.owner, zoo, world.between(3_000, 12_000)));
        usurp();
        for (Agent agent : agents) {
            if (world.chance(60)) {
                world.after(world.between(0, 2_500), World.EVER, () -> crash(agent, 100));
                world.after(world.between(2_600, 6_000), World.EVER, () -> crash(agent, 100));
            }
        }
    }

    /** All is well from here on. */
    void heal() {
        net.heal();
        for (Agent agent : new ArrayList<>(agents)) {
            powerOn(agent);
            agent.restart();
        }
    }
}
