package io.cattino.it.sim;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Input.Selection;
import io.cattino.coordinator.core.Input.Verb;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.model.Time;
import io.cattino.it.sim.World.Actor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who submits, looks and changes, one call after the other; repeats a submission under the
 * same id until it is answered.
 */
final class Client extends Actor {
    private static final long TIMEOUT_MS = 5_000;

    /** So that all can be done in time. */
    private static final int SUBMISSIONS = 8;

    private final World world;
    private final Net net;
    private final List<Coordinator> coordinators;
    private final List<Host> hosts;
    private final Checker checker;
    private final Deque<Call> wanted = new ArrayDeque<>();
    private final List<String> names = new ArrayList<>();
    private final List<Call> submitted = new ArrayList<>();
    private @Nullable Call current;
    private Coordinator target;
    private int tries;
    private int submissions;
    private long call;
    private long revision;
    private boolean closing;

    /** What it wants of the leader. */
    private sealed interface Call {
        /** How often it is tried; a submission until there is an answer. */
        int patience();

        record Ask(String what, Function<Time, Input> input, int patience, Consumer<Reply> then)
                implements Call {}

        record Look() implements Call {
            @Override
            public int patience() {
                return 4;
            }
        }
    }

    Client(
            String name,
            World world,
            Net net,
            List<Coordinator> coordinators,
            List<Host> hosts,
            Checker checker) {
        super(name);
        this.world = world;
        this.net = net;
        this.coordinators = coordinators;
        this.hosts = hosts;
        this.checker = checker;
        this.target = world.one(coordinators);
        begin();
        world.after(world.between(0, 3_000), this, this::live);
    }

    /** No more new wishes; what was begun is brought to its end. */
    void close() {
        closing = true;
    }

    boolean isIdle() {
        return current == null && wanted.isEmpty();
    }

    private void live() {
        if (!closing || current != null) {
            world.after(world.between(300, 6_000), this, this::live);
        }
        if (current == null && !closing) {
            wish();
        }
        if (current == null) {
            next();
        }
    }

    private void wish() {
        int dice = world.random(100);
        if (dice < 35) {
            if (submissions >= SUBMISSIONS) {
                return;
            }
            String id = name + submissions++;
            Function<Time, Input> input = Jobs.submission(world, id, names);
            Call submit = new Call.Ask("submits " + id, input, Integer.MAX_VALUE, this::submitted);
            submitted.add(submit);
            wanted.add(submit);
        } else if (dice < 65) {
            for (int i = world.chance(30) ? 8 : 1; i > 0; i--) {
                wanted.add(new Call.Look());
            }
        } else if (dice < 70 && !submitted.isEmpty()) {
            wanted.add(world.one(submitted));
        } else if (dice < 92 && !names.isEmpty()) {
            Selection selection = new Selection(List.of(world.one(names)), false);
            Verb verb = verb();
            String what = verb.getClass().getSimpleName() + " " + selection.names();
            wanted.add(
                    new Call.Ask(what, at -> new Input.Control(at, verb, selection), 2, _ -> {}));
        } else if (dice < 93 && !names.isEmpty()) {
            Input.Attribute attribute = new Input.Attribute.Priority(world.random(5));
            String task = world.one(names);
            wanted.add(
                    new Call.Ask(
                            "sets the priority of " + task,
                            at -> new Input.SetTask(at, task, attribute),
                            2,
                            _ -> {}));
        } else if (dice < 94 && world.chance(30)) {
            long forMs = world.between(0, 30_000);
            wanted.add(
                    new Call.Ask(
                            "holds fences", at -> new Input.HoldFences(at, forMs), 2, _ -> {}));
        } else if (dice < 94) {
            String value = String.valueOf(world.chance(50));
            wanted.add(
                    new Call.Ask(
                            "sets cascade " + value,
                            at -> new Input.SetSetting(at, "cascade-cancel-on-failure", value),
                            2,
                            _ -> {}));
        } else if (dice < 97) {
            String node = world.one(hosts).name;
            OptionalLong stopAfter =
                    world.chance(50)
                            ? OptionalLong.empty()
                            : OptionalLong.of(world.between(0, 20_000));
            wanted.add(
                    new Call.Ask(
                            "drains " + node,
                            at -> new Input.DrainNode(at, node, "repair", stopAfter),
                            2,
                            _ -> {}));
        } else {
            undrain(world.one(hosts));
        }
    }

    private Verb verb() {
        return switch (world.random(12)) {
            case 0, 1 -> new Verb.Cancel("by " + name);
            case 2 -> new Verb.Kill(false, "by " + name);
            case 3 -> new Verb.Kill(true, "by " + name);
            case 4 -> new Verb.Remove();
            case 5, 6 -> new Verb.Rerun();
            case 7, 8 -> new Verb.Hold("by " + name);
            default -> new Verb.Resume();
        };
    }

    private void submitted(Reply reply) {
        if (reply instanceof Reply.Submitted(var submission, List<String> given)) {
            checker.acknowledged(submission);
            given.stream().filter(name -> !names.contains(name)).forEach(names::add);
        }
    }

    void undrain(Host node) {
        wanted.add(
                new Call.Ask(
                        "undrains " + node.name,
                        at -> new Input.UndrainNode(at, node.name),
                        Integer.MAX_VALUE,
                        _ -> {}));
        kick();
    }

    /** The machine is gone: says so, and then that it was said, or that nobody would listen. */
    void forget(Host node, Runnable then) {
        wanted.add(
                new Call.Ask(
                        "forgets " + node.name,
                        at -> new Input.ForgetNode(at, node.name),
                        3,
                        _ -> then.run()));
        kick();
    }

    private void kick() {
        if (current == null) {
            next();
        }
    }

    private void next() {
        if (current == null && !wanted.isEmpty()) {
            current = wanted.remove();
            tries = 0;
            if (world.chance(25)) {
                target = world.one(coordinators);
            }
            world.after(world.between(0, 300), this, this::attempt);
        }
    }

    private void attempt() {
        Call asked = current;
        if (asked == null) {
            return;
        }
        if (tries++ >= asked.patience()) {
            done();
            next();
            return;
        }
        long mine = ++call;
        Coordinator to = target;
        switch (asked) {
            case Call.Ask ask -> {
                world.note(this, ask.what(), "at", to.name);
                request(
                        to,
                        mine,
                        () -> to.submit(ask.input()),
                        reply -> {
                            done();
                            ask.then().accept(reply);
                            next();
                        });
            }
            case Call.Look _ ->
                    request(
                            to,
                            mine,
                            () -> to.read(view -> view.state().revision()),
                            seen -> {
                                checker.read(name, revision, seen);
                                revision = Math.max(revision, seen);
                                done();
                                next();
                            });
        }
        world.after(
                TIMEOUT_MS,
                this,
                () -> {
                    if (call == mine) {
                        elsewhere(Optional.empty(), 100);
                    }
                });
    }

    private <T> void request(
            Coordinator to,
            long mine,
            java.util.function.Supplier<Optional<CompletableFuture<T>>> question,
            Consumer<T> then) {
        net.send(
                this,
                to,
                () -> {
                    int life = to.life();
                    Optional<CompletableFuture<T>> answer = question.get();
                    if (answer.isEmpty()) {
                        Optional<Coordinator> hint = to.hint();
                        net.send(to, this, () -> failed(mine, hint));
                        return;
                    }
                    var _ =
                            answer.get()
                                    .whenComplete((reply, failure) -> {
                                        if (!to.isLife(life)) {
                                            return;
                                        }
                                        net.send(
                                                to,
                                                this,
                                                () -> {
                                                    if (call != mine) {
                                                        return;
                                                    }
                                                    if (failure != null) {
                                                        failed(mine, Optional.empty());
                                                    } else {
                                                        then.accept(reply);
                                                    }
                                                });
                                    });
                });
    }

    private void failed(long mine, Optional<Coordinator> hint) {
        if (call == mine) {
            elsewhere(hint, world.between(100, 1_000));
        }
    }

    private void elsewhere(Optional<Coordinator> hint, long later) {
        call++;
        target = hint.orElseGet(() -> world.one(coordinators));
        world.after(later, this, this::attempt);
    }

    private void done() {
        call++;
        current = null;
    }
}
