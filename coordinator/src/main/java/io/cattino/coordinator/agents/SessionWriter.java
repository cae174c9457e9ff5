package io.cattino.coordinator.agents;

import io.cattino.coordinator.core.Effect;
import io.cattino.proto.v1.SessionResponse;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The writer's life of one session: puts what waits in the outbox on the stream, and is the only
 * one that touches it.
 */
final class SessionWriter {
    private final Orders orders;
    private final LongSupplier epoch;
    private final LongSupplier generation;
    private final Receipts receipts;

    SessionWriter(Orders orders, LongSupplier epoch, LongSupplier generation, Receipts receipts) {
        this.orders = orders;
        this.receipts = receipts;
        this.epoch = epoch;
        this.generation = generation;
    }

    /** Until the stream ends. On a thread of its own. */
    void run(Outbox box) {
        try {
            for (Optional<Outbox.Item> item = box.take(); item.isPresent(); item = box.take()) {
                switch (item.get()) {
                    case Outbox.Item.Message(SessionResponse.Builder message) ->
                            box.write(envelope(message));
                    case Outbox.Item.Order(Effect effect) ->
                            orders.messages(effect)
                                    .forEach(message -> box.write(envelope(message)));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        box.close();
    }

    /** The message, marked with the leadership and the session it belongs to. */
    SessionResponse envelope(SessionResponse.Builder message) {
        return message.setEpoch(epoch.getAsLong())
                .setGeneration(generation.getAsLong())
                .setSequence(receipts.next(System.nanoTime()))
                .build();
    }
}
