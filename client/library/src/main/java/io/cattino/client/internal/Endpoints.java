package io.cattino.client.internal;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The coordinators that are known, and which of them to ask first. Thread-safe. */
final class Endpoints {

    /** More than anybody runs; a bound on what hints can make us remember. */
    private static final int MAX_KNOWN = 64;

    private final CopyOnWriteArrayList<Endpoint> known = new CopyOnWriteArrayList<>();
    private final Function<Address, ManagedChannel> connector;
    private volatile Endpoint preferred;
    private volatile boolean closed;

    Endpoints(List<Address> addresses, Function<Address, ManagedChannel> connector) {
        this.connector = connector;
        addresses.forEach(address -> known.add(new Endpoint(address, connector)));
        this.preferred = known.getFirst();
    }

    /** All of them, the preferred one first. */
    List<Endpoint> candidates() {
        if (closed) {
            throw Errors.closed();
        }
        Endpoint first = preferred;
        List<Endpoint> candidates = new ArrayList<>();
        candidates.add(first);
        known.stream().filter(endpoint -> endpoint != first).forEach(candidates::add);
        return candidates;
    }

    int size() {
        return known.size();
    }

    /** The one that leads, as far as we know. */
    void prefer(Endpoint endpoint) {
        preferred = endpoint;
    }

    /** This one does not lead or is not there: another one is asked first from now on. */
    void avoid(Endpoint endpoint) {
        if (preferred == endpoint) {
            preferred = known.get((known.indexOf(endpoint) + 1) % known.size());
        }
    }

    /**
     * The one at an address that a coordinator named as the leader; null if the address makes no
     * sense.
     */
    @Nullable Endpoint named(String text) {
        Address address;
        try {
            address = Address.parse(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
        synchronized (this) {
            for (Endpoint endpoint : known) {
                if (endpoint.address().isSame(address)) {
                    return endpoint;
                }
            }
            if (closed || known.size() >= MAX_KNOWN) {
                return null;
            }
            Endpoint added = new Endpoint(address, connector);
            known.add(added);
            return added;
        }
    }

    /** Lets the connections go; calls in flight may end within the limit. */
    void close(Duration limit) {
        List<ManagedChannel> channels = new ArrayList<>();
        synchronized (this) {
            closed = true;
            for (Endpoint endpoint : known) {
                ManagedChannel channel = endpoint.shutdown();
                if (channel != null) {
                    channels.add(channel);
                }
            }
        }
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        for (ManagedChannel channel : channels) {
            try {
                if (interrupted
                        || !channel.awaitTermination(
                                end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    channel.shutdownNow();
                }
            } catch (InterruptedException _) {
                interrupted = true;
                channel.shutdownNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The addresses, for people. */
    @Override
    public String toString() {
        return known.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
    }
}
