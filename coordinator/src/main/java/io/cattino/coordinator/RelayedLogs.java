package io.cattino.coordinator;

import io.cattino.coordinator.agents.LogRelay;
import io.cattino.coordinator.agents.LogRelay.LogFailure;
import io.cattino.coordinator.agents.LogTransfer;
import io.cattino.coordinator.rpc.LogSource;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.v1.OpenLog;
import io.cattino.proto.v1.ReadLogRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Readers' logs out of agents' transfers: what joins two shells that know nothing of each other.
 * Any thread.
 */
final class RelayedLogs implements LogSource {
    private final Supplier<Optional<LogRelay>> relay;

    /**
     * @param relay that of the present leadership; empty while nobody leads here
     */
    RelayedLogs(Supplier<Optional<LogRelay>> relay) {
        this.relay = relay;
    }

    @Override
    public Reading open(Request request) throws LogException {
        ReadLogRequest asked = request.asked();
        OpenLog.Builder order =
                OpenLog.newBuilder()
                        .setRef(SpecCodec.encode(request.attempt()))
                        .setKind(asked.getKind())
                        .setOffset(asked.getOffset())
                        .setFollow(asked.getFollow())
                        .setDirectory(request.directory())
                        .setOfGroup(request.ofGroup());
        if (asked.hasTailLines()) {
            order.setTailLines(asked.getTailLines());
        }
        if (asked.hasSince()) {
            order.setSince(asked.getSince());
        }
        LogRelay present =
                relay.get().orElseThrow(() -> new LogException(true, "this server does not lead"));
        try {
            return new TransferReading(
                    present.open(request.node(), request.nodeName(), order.build()));
        } catch (LogFailure e) {
            throw failure(e);
        }
    }

    private static LogException failure(LogFailure e) {
        return new LogException(e.away(), e.text());
    }

    private record TransferReading(LogTransfer transfer) implements Reading {
        @Override
        public Next next(Duration wait) throws LogException, InterruptedException {
            try {
                Optional<LogRelay.Chunk> chunk = transfer.next(wait);
                if (chunk.isPresent()) {
                    return new Next.Piece(
                            chunk.get().data(),
                            chunk.get().offset(),
                            chunk.get().end(),
                            chunk.get().dropped());
                }
                return transfer.done() ? new Next.Finished() : new Next.Nothing();
            } catch (LogFailure e) {
                throw failure(e);
            }
        }

        @Override
        public void passedOn(int bytes) {
            transfer.taken(bytes);
        }

        @Override
        public void close() {
            transfer.close();
        }
    }
}
