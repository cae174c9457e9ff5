package io.cattino.coordinator;

import io.cattino.coordinator.agents.SessionParts;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.coordinator.loop.LastKnown;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.loop.LeaderException;
import io.cattino.coordinator.loop.Sender;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The leader's place in this process, as the ports see it: taken by one leadership after the other,
 * and vacant between them or while another process leads. Any thread.
 */
final class Seat implements Leader {
    private final Queue queue;
    private volatile @Nullable SessionParts taken;
    private volatile @Nullable LastKnown last;
    private volatile long lastEpoch;

    /** What is known of the leadership while nobody leads here. */
    interface Queue {
        /** {@code host:grpc/http} of who may lead; may be empty. */
        String ledBy();

        /** Whether nobody can lead, as far as is known here: the state store does not answer. */
        boolean isStoreAway();
    }

    /** Vacant. */
    Seat(Queue queue) {
        this.queue = queue;
    }

    void take(SessionParts leadership) {
        lastEpoch = leadership.leader().epoch();
        taken = leadership;
        last = null;
    }

    /** What may be read while nobody leads, until the seat is taken or this is {@link #forget}. */
    void remember(LastKnown known) {
        last = known;
    }

    /** There is news, which this process does not show. */
    void forget() {
        last = null;
    }

    void vacate() {
        taken = null;
    }

    /** What the sessions of the present leadership share; empty while nobody leads here. */
    Optional<SessionParts> sessions() {
        return Optional.ofNullable(taken);
    }

    boolean isTaken() {
        return taken != null;
    }

    /** {@code host:grpc/http} of who may lead while nobody does here; may be empty. */
    String ledBy() {
        return queue.ledBy();
    }

    /** Whether nobody can lead, as far as is known; one who led may wait for it to come back. */
    boolean isStoreAway() {
        return queue.isStoreAway();
    }

    /** Not while somebody else is known to lead: ask there. */
    @Override
    public Optional<LastKnown> lastKnown() {
        return taken == null && ledBy().isEmpty() ? Optional.ofNullable(last) : Optional.empty();
    }

    private Optional<Leader> leader() {
        return sessions().map(SessionParts::leader);
    }

    /** The last one here, while nobody leads. */
    @Override
    public long epoch() {
        return lastEpoch;
    }

    @Override
    public boolean isSure() {
        return leader().map(Leader::isSure).orElse(false);
    }

    @Override
    public CompletableFuture<Reply> submit(Sender sender, Function<Time, Input> input) {
        return leader().map(it -> it.submit(sender, input)).orElseGet(this::vacant);
    }

    @Override
    public <T> CompletableFuture<T> read(Function<View, T> query) {
        Optional<Leader> leader = leader();
        return leader.isPresent() ? leader.get().read(query) : vacant();
    }

    @Override
    public EventFeed events() {
        return leader().map(Leader::events).orElseThrow(this::notLeading);
    }

    private <T> CompletableFuture<T> vacant() {
        return CompletableFuture.failedFuture(notLeading());
    }

    private LeaderException notLeading() {
        return ledBy().isEmpty() && isStoreAway()
                ? new LeaderException(LeaderException.Kind.NO_QUORUM, "the state store is away")
                : new LeaderException(
                        LeaderException.Kind.NOT_LEADING, "this server does not lead", ledBy());
    }
}
