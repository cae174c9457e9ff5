package io.cattino.client.internal;

import com.google.rpc.ErrorInfo;
import io.cattino.client.MeowException;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls: to the leader as far as it is known, else to one address after the other, and again
 * after a while if all of them failed in a way that may pass. What is called must be safe to
 * repeat. Thread-safe.
 */
final class Caller {

    private static final int MAX_INTERVAL_STEP = 16;

    /**
     * For so long after it was found that nobody leads, the next pages of a list are not held up.
     */
    private static final long LEADERLESS_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Endpoints endpoints;
    private final Tokens tokens;
    private final RetryConfig intervals;
    private final Retry retry;
    private final Duration deadline;
    private final Options.Waiting waiting;
    private final @Nullable Consumer<Duration> stale;
    private volatile long leaderlessNanos = System.nanoTime() - LEADERLESS_NANOS;
    private final AtomicBoolean told = new AtomicBoolean();

    Caller(Endpoints endpoints, Tokens tokens, Options options) {
        this.endpoints = endpoints;
        this.tokens = tokens;
        this.intervals = options.retry();
        this.deadline = options.deadline();
        this.waiting = options.waiting();
        this.stale = options.stale();
        this.retry =
                Retry.of(
                        "coordinator",
                        RetryConfig.from(intervals)
                                .retryOnException(Errors::isTransient)
                                .retryOnResult(_ -> false)
                                .build());
    }

    /** One call over one connection. */
    interface Invocation<R> {
        R over(Channel channel, CallOptions options);
    }

    Duration deadline() {
        return deadline;
    }

    /** A unary call with the client's deadline. */
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
        return call(method, request, deadline);
    }

    /** A unary call with a deadline of its own. */
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Duration limit) {
        return call(
                limit,
                (channel, options) ->
                        ClientCalls.blockingUnaryCall(channel, method, options, request));
    }

    /**
     * The same for a read that will do with what a coordinator last knew, if the client accepts
     * that: only after every attempt has found that nobody leads.
     */
    <Q, R> R read(MethodDescriptor<Q, R> method, Q request) {
        Consumer<Duration> told = stale;
        if (told == null) {
            return call(method, request);
        }
        if (System.nanoTime() - leaderlessNanos < LEADERLESS_NANOS) {
            try {
                return lastKnown(method, request, told);
            } catch (StatusRuntimeException _) {
                // Somebody may lead by now: from the beginning.
            }
        }
        try {
            return call(method, request);
        } catch (MeowException.Unavailable nobodyLeads) {
            if (!Errors.isLeaderless(nobodyLeads.code())) {
                throw nobodyLeads;
            }
            try {
                R answer = lastKnown(method, request, told);
                leaderlessNanos = System.nanoTime();
                return answer;
            } catch (StatusRuntimeException e) {
                // A refusal would be as old as the rest, and would not say so.
                nobodyLeads.addSuppressed(e);
                throw nobodyLeads;
            }
        }
    }

    private <Q, R> R lastKnown(MethodDescriptor<Q, R> method, Q request, Consumer<Duration> told) {
        AtomicReference<Metadata> headers = new AtomicReference<>(new Metadata());
        R answer =
                sweep(
                        deadline,
                        (channel, options) ->
                                ClientCalls.blockingUnaryCall(
                                        StaleAnswers.accepted(channel, headers),
                                        method,
                                        options,
                                        request));
        StaleAnswers.age(headers.get()).ifPresent(told);
        return answer;
    }

    /** Any call that ends. */
    <R> R call(Duration limit, Invocation<R> invocation) {
        long begin = System.nanoTime();
        AtomicBoolean repeated = new AtomicBoolean();
        try {
            return retry.executeSupplier(() -> {
                if (repeated.getAndSet(true)) {
                    tellIfLate(begin);
                }
                return sweep(limit, invocation);
            });
        } catch (StatusRuntimeException e) {
            throw Errors.of(e, endpoints.toString(), tokens.hint());
        }
    }

    private void tellIfLate(long beginNanos) {
        if (System.nanoTime() - beginNanos > Durations.nanos(waiting.after())
                && told.compareAndSet(false, true)) {
            waiting.told().run();
        }
    }

    /**
     * Opens a stream at whoever is to be asked first; what it ends with is told by {@link
     * #streamEnded}.
     */
    <Q, R> ServerStream<R> open(MethodDescriptor<Q, R> method, Q request) {
        Endpoint endpoint = firstWorthAsking();
        return new ServerStream<>(
                endpoint, endpoint.channel().newCall(method, CallOptions.DEFAULT), request);
    }

    /** Learns from the end of a stream where to open the next one. */
    void streamEnded(ServerStream<?> stream, StatusRuntimeException why) {
        Endpoint endpoint = stream.endpoint();
        if (Endpoint.isDeadly(why)) {
            endpoint.silent(why);
            endpoints.avoid(endpoint);
        } else {
            endpoint.answered();
            Endpoint leader = leader(why);
            if (leader != null) {
                endpoints.prefer(leader);
            } else if (Errors.isLeaderless(why)) {
                endpoints.avoid(endpoint);
            } else if (why.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
                stream.setWorthRepeating(tokens.refresh());
            }
        }
    }

    /** The exception for a stream that ended in failure. */
    RuntimeException failure(RuntimeException why) {
        return why instanceof StatusRuntimeException call
                ? Errors.of(call, endpoints.toString(), tokens.hint())
                : why;
    }

    /** How long to wait before the n-th repetition of something, n from 1. */
    Duration interval(int repetition, Throwable why) {
        int step = Math.min(repetition, MAX_INTERVAL_STEP);
        return Duration.ofMillis(intervals.getIntervalBiFunction().apply(step, Either.left(why)));
    }

    /** How many addresses are known. */
    int addresses() {
        return endpoints.size();
    }

    int maxAttempts() {
        return intervals.getMaxAttempts();
    }

    private Endpoint firstWorthAsking() {
        List<Endpoint> candidates = endpoints.candidates();
        for (Endpoint endpoint : candidates) {
            if (endpoint.tryAcquire()) {
                endpoint.release();
                return endpoint;
            }
        }
        return candidates.getFirst();
    }

    /**
     * Asks each address once, following hints to the leader; addresses that have been dead of late
     * only if all are.
     */
    private <R> R sweep(Duration limit, Invocation<R> invocation) {
        Deque<Endpoint> waiting = new ArrayDeque<>(endpoints.candidates());
        List<Endpoint> dead = new ArrayList<>();
        Set<Endpoint> asked = Collections.newSetFromMap(new IdentityHashMap<>());
        StatusRuntimeException last = null;
        Endpoint silent = null;
        while (true) {
            Endpoint endpoint = next(waiting, dead, asked);
            if (endpoint == null) {
                throw last == null ? Status.UNAVAILABLE.asRuntimeException() : last;
            }
            try {
                R answer = ask(endpoint, limit, invocation);
                endpoints.prefer(endpoint);
                return answer;
            } catch (StatusRuntimeException e) {
                Endpoint leader = leader(e);
                if (leader != null && leader == silent) {
                    throw Status.DEADLINE_EXCEEDED.asRuntimeException(); // it leads, and is slow
                }
                last = moreTelling(last, e);
                if (leader != null) {
                    waiting.addFirst(leader);
                }
                boolean elsewhere = leader != null || Errors.isLeaderless(e);
                boolean deadly = Endpoint.isDeadly(e);
                if (elsewhere || deadly) {
                    endpoints.avoid(endpoint);
                }
                boolean timedOut = e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
                if (deadly && timedOut && endpoints.size() > 1) {
                    silent = endpoint;
                } else if (!elsewhere && e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
            }
        }
    }

    /**
     * The next address that may be asked; one set aside as dead only if nobody was asked. Each
     * comes up once.
     */
    private static @Nullable Endpoint next(
            Deque<Endpoint> waiting, List<Endpoint> dead, Set<Endpoint> asked) {
        for (Endpoint endpoint = waiting.pollFirst();
                endpoint != null;
                endpoint = waiting.pollFirst()) {
            if (asked.contains(endpoint)) {
                continue;
            }
            if (endpoint.tryAcquire()) {
                asked.add(endpoint);
                return endpoint;
            }
            dead.add(endpoint);
        }
        if (!asked.isEmpty() || dead.isEmpty()) {
            return null;
        }
        Endpoint forced = dead.removeFirst();
        asked.add(forced);
        waiting.addAll(dead);
        return forced;
    }

    private <R> R ask(Endpoint endpoint, Duration limit, Invocation<R> invocation) {
        for (boolean mayRefresh = true; ; mayRefresh = false) {
            try {
                R answer = askOnce(endpoint, limit, invocation);
                endpoint.answered();
                return answer;
            } catch (StatusRuntimeException e) {
                boolean refused = e.getStatus().getCode() == Status.Code.UNAUTHENTICATED;
                if (!(refused && mayRefresh && tokens.refresh())) {
                    throw e;
                }
            } catch (RuntimeException e) {
                endpoint.release();
                throw e;
            }
        }
    }

    private <R> R askOnce(Endpoint endpoint, Duration limit, Invocation<R> invocation) {
        try (Doubt doubt = new Doubt(endpoints, endpoint)) {
            endpoint.connect(() -> doubt.leader() == null);
            CallOptions options =
                    CallOptions.DEFAULT.withDeadlineAfter(
                            Durations.nanos(limit), TimeUnit.NANOSECONDS);
            try {
                return invocation.over(doubt.watched(endpoint.channel()), options);
            } catch (StatusRuntimeException | IllegalStateException e) {
                // The latter is what gRPC says to who goes on with a call that was just ended.
                Endpoint leader = doubt.leader();
                if (leader != null) {
                    tell(endpoint, Status.UNAVAILABLE.asRuntimeException());
                    throw Errors.replacedBy(leader.toString());
                }
                if (e instanceof StatusRuntimeException status) {
                    tell(endpoint, status);
                }
                throw e;
            }
        }
    }

    private static void tell(Endpoint endpoint, StatusRuntimeException e) {
        if (Endpoint.isDeadly(e)) {
            endpoint.silent(e);
        } else if (e.getStatus().getCode() == Status.Code.CANCELLED) {
            endpoint.release();
        } else {
            endpoint.answered();
        }
    }

    private @Nullable Endpoint leader(StatusRuntimeException failure) {
        ErrorInfo info = Errors.info(failure);
        if (info == null || !info.getReason().equals(Errors.NOT_LEADER)) {
            return null;
        }
        String hint = info.getMetadataOrDefault("leader", "");
        return hint.isEmpty() ? null : endpoints.named(hint);
    }

    /** "Nobody can lead" tells more than "nobody leads", and that than "it cannot be reached". */
    private static StatusRuntimeException moreTelling(
            @Nullable StatusRuntimeException before, StatusRuntimeException now) {
        return before != null && telling(before) > telling(now) ? before : now;
    }

    private static int telling(StatusRuntimeException failure) {
        if (Endpoint.isDeadly(failure)) {
            return 0;
        }
        return Errors.hasReason(failure, Errors.NOT_LEADER) ? 1 : 2;
    }
}
