package io.cattino.it.sim;

import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agents' sessions of one leadership: what {@code AgentSessions}, {@code AgentSession} and
 * {@code Outbox} do, without their threads and without bytes.
 */
final class Sessions {
    private final World world;
    private final Role role;
    private final Map<NodeId, Session> open = new HashMap<>();
    private final Map<NodeId, List<Session>> pending = new HashMap<>();
    private final List<Session> all = new ArrayList<>();
    private long generations;

    Sessions(World world, Role role) {
        this.world = world;
        this.role = role;
    }

    void accept(Net.Stream<ToLeader, ToAgent> stream) {
        Session session = new Session(stream);
        all.removeIf(it -> it.over);
        all.add(session);
        stream.atServer(session::onMessage, session::close);
    }

    void release(Effect effect) {
        List<Session> to = new ArrayList<>(pending.getOrDefault(effect.node(), List.of()));
        Session current = open.get(effect.node());
        if (current != null) {
            to.add(current);
        }
        to.forEach(session -> session.offer(new Item.Order(effect)));
    }

    /** Every agent is told to look for the next leader. */
    void end() {
        List.copyOf(all).forEach(Session::refuse);
    }

    private boolean forget(NodeId node, Session session) {
        List<Session> waiting = pending.get(node);
        return waiting != null && waiting.remove(session);
    }

    /** What waits for an agent. */
    private sealed interface Item {
        record Message(ToAgent message) implements Item {}

        record Order(Effect effect) implements Item {}
    }

    private final class Session {
        private final Net.Stream<ToLeader, ToAgent> stream;
        private final List<Item> queue = new ArrayList<>();
        private @Nullable NodeId node;
        private long generation;
        private int beforeWelcome;
        private boolean started;
        private boolean over;
        private boolean beating;
        private ToLeader.@Nullable Heartbeat nextBeat;

        Session(Net.Stream<ToLeader, ToAgent> stream) {
            this.stream = stream;
        }

        void onMessage(ToLeader message) {
            if (over || role.isDead()) {
                return;
            }
            NodeId known = node;
            switch (message) {
                case ToLeader.Hello hello -> onHello(hello);
                case ToLeader.Heartbeat heartbeat -> {
                    if (known != null) {
                        onHeartbeat(known, heartbeat);
                    }
                }
                case ToLeader.Report(AgentReport report) -> {
                    if (known != null) {
                        onReport(known, report);
                    }
                }
            }
        }

        private void onHello(ToLeader.Hello hello) {
            if (hello.highestEpoch() > role.epoch()) {
                refuse();
                return;
            }
            NodeId id = hello.identity().id();
            node = id;
            generation = ++generations;
            pending.computeIfAbsent(id, _ -> new ArrayList<>()).add(this);
            long mine = generation;
            ask(
                    at ->
                            new Input.AgentConnected(
                                    at,
                                    mine,
                                    hello.identity(),
                                    hello.inventory(),
                                    "sim",
                                    hello.running(),
                                    hello.reports()),
                    reply -> onWelcomed(id, reply));
        }

        private void onWelcomed(NodeId id, Reply reply) {
            if (reply instanceof Reply.Welcomed(List<Long> acknowledged)) {
                beforeWelcome = queue.size();
                var _ =
                        role.read(view -> held(view, id))
                                .whenComplete((held, failure) -> {
                                    if (failure == null) {
                                        open(id, acknowledged, held);
                                    } else {
                                        refuse();
                                    }
                                });
            }
        }

        private static Set<AttemptId> held(View view, NodeId node) {
            Set<AttemptId> held = new HashSet<>();
            for (Allocation allocation : view.state().allocationsOn(node)) {
                if (allocation.hold() == Allocation.Hold.HELD) {
                    held.add(allocation.attempt());
                }
            }
            return held;
        }

        private void open(NodeId id, List<Long> acknowledged, Set<AttemptId> held) {
            Session current = open.get(id);
            if (!forget(id, this) || (current != null && current.generation > generation)) {
                close();
                return;
            }
            open.put(id, this);
            if (current != null) {
                current.close();
            }
            started = true;
            write(new Item.Message(new ToAgent.Welcome(role.epoch(), generation, role.isSure())));
            if (!acknowledged.isEmpty()) {
                write(acknowledgement(acknowledged));
            }
            int old = beforeWelcome;
            for (Item item : queue) {
                boolean stale =
                        old-- > 0
                                && item instanceof Item.Order(Effect.Launch launch)
                                && !held.contains(launch.attempt());
                if (!stale) {
                    write(item);
                }
            }
            queue.clear();
        }

        private Item acknowledgement(List<Long> sequences) {
            return new Item.Message(new ToAgent.Acknowledged(role.epoch(), generation, sequences));
        }

        private void onHeartbeat(NodeId id, ToLeader.Heartbeat heartbeat) {
            if (beating) {
                nextBeat = heartbeat;
                return;
            }
            beating = true;
            ask(
                    at -> new Input.AgentSampled(at, id, generation, heartbeat.samples(), Set.of()),
                    reply -> {
                        offer(
                                new Item.Message(
                                        new ToAgent.HeartbeatAck(
                                                role.epoch(), heartbeat.sentMs(), lease(reply))));
                        beating = false;
                        ToLeader.Heartbeat next = nextBeat;
                        nextBeat = null;
                        if (next != null) {
                            onHeartbeat(id, next);
                        }
                    });
        }

        private OptionalLong lease(Reply reply) {
            return role.isSure() && reply instanceof Reply.FencesHeld(long ms)
                    ? OptionalLong.of(ms)
                    : OptionalLong.empty();
        }

        private void onReport(NodeId id, AgentReport report) {
            List<AgentReport> reports = new ArrayList<>(List.of(report));
            if (role.planted() == Planted.RELEASED_TOO_EARLY
                    && report.event() instanceof AttemptEvent.Ended) {
                reports.add(
                        new AgentReport(
                                report.sequence(),
                                report.attempt(),
                                report.wallMs(),
                                new AttemptEvent.Released()));
            }
            ask(
                    at -> new Input.AgentReported(at, id, generation, reports),
                    reply -> {
                        if (reply instanceof Reply.Acknowledged(List<Long> sequences)) {
                            offer(acknowledgement(sequences));
                        }
                    });
        }

        private void ask(Function<Time, Input> input, Consumer<Reply> then) {
            CompletableFuture<Reply> answer = role.submit(input);
            var _ =
                    answer.whenComplete((reply, failure) -> {
                        if (failure != null) {
                            refuse();
                        } else if (reply instanceof Reply.Rejected(Rejection rejection)) {
                            onRejected(rejection);
                        } else if (!over && !role.isDead()) {
                            then.accept(reply);
                        }
                    });
        }

        private void onRejected(Rejection rejection) {
            if (rejection instanceof Rejection.StaleSession) {
                close();
            } else {
                refuse();
            }
        }

        private void offer(Item item) {
            if (over || role.isDead()) {
                return;
            }
            if (started) {
                write(item);
            } else {
                queue.add(item);
            }
        }

        private void write(Item item) {
            if (role.owner().isUp()) {
                stream.toDialler(
                        switch (item) {
                            case Item.Message(ToAgent message) -> message;
                            case Item.Order(Effect effect) ->
                                    new ToAgent.Order(role.epoch(), generation, effect);
                        });
            }
        }

        /** Tells the agent to go elsewhere. */
        void refuse() {
            if (!over && role.owner().isUp()) {
                stream.toDialler(new ToAgent.Refused(Optional.empty()));
            }
            close();
        }

        /** The stream ends, or has ended. */
        void close() {
            if (over) {
                return;
            }
            over = true;
            queue.clear();
            // What was written before still arrives.
            world.after(50, World.EVER, stream::breakUp);
            NodeId known = node;
            if (known != null) {
                boolean waited = forget(known, this);
                if ((open.remove(known, this) || waited) && !role.isDead()) {
                    var _ = role.submit(at -> new Input.AgentGone(at, known, generation));
                }
            }
        }
    }
}
