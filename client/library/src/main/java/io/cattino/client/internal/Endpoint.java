package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One coordinator: its address, a connection made when it is first needed, and whether it is worth
 * asking. Thread-safe.
 */
final class Endpoint {

    private static final CircuitBreakerConfig BREAKER =
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(2)
                    .minimumNumberOfCalls(2)
                    .failureRateThreshold(100)
                    .waitDurationInOpenState(Duration.ofSeconds(5))
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .recordException(Endpoint::isDeadly)
                    .build();

    private final Address address;
    private final Function<Address, ManagedChannel> connector;
    private final CircuitBreaker breaker;

    @GuardedBy("this")
    private @Nullable ManagedChannel channel;

    @GuardedBy("this")
    private boolean closed;

    Endpoint(Address address, Function<Address, ManagedChannel> connector) {
        this.address = address;
        this.connector = connector;
        this.breaker = CircuitBreaker.of(address.toString(), BREAKER);
    }

    Address address() {
        return address;
    }

    synchronized ManagedChannel channel() {
        if (closed) {
            throw Errors.closed();
        }
        ManagedChannel present = channel;
        if (present == null) {
            present = connector.apply(address);
            channel = present;
        }
        return present;
    }

    /** Waits for the connection, if there is none yet, as long as it is wanted. */
    void connect(BooleanSupplier wanted) {
        Channels.await(channel(), wanted);
    }

    /** Whether it may be asked now; the outcome has to be told afterwards. */
    boolean tryAcquire() {
        return breaker.tryAcquirePermission();
    }

    /** It answered, if only to refuse. */
    void answered() {
        if (breaker.getState() == CircuitBreaker.State.OPEN) {
            breaker.reset();
        }
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    /**
     * It did not answer. When to try again is decided by those who call, so the connection's own
     * waiting is cut short.
     */
    void silent(StatusRuntimeException why) {
        breaker.onError(0, TimeUnit.NANOSECONDS, why);
        synchronized (this) {
            if (channel != null && !closed) {
                channel.resetConnectBackoff();
            }
        }
    }

    /** A failure that says nothing about it. */
    void release() {
        breaker.releasePermission();
    }

    /** Whether nobody answered; a coordinator that says what is unavailable is there. */
    static boolean isDeadly(Throwable failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        boolean silence = code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
        return silence
                && !(failure instanceof StatusRuntimeException call && Errors.info(call) != null);
    }

    /** Lets the connection go; calls in flight go on. */
    synchronized @Nullable ManagedChannel shutdown() {
        closed = true;
        return channel == null ? null : channel.shutdown();
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
