package io.cattino.coordinator.agents;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.cattino.proto.v1.OpenLog;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fetches logs from agents: asks over the agent's session, is dialled back by a stream of its own,
 * and lets the agent send only as much as the reader has taken. Any thread; calls may block, but
 * not for long.
 */
public final class LogRelay {
    /** On the way between the agent and the reader, at most. */
    static final int WINDOW_BYTES = 256 * 1024;

    static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final Duration DIAL = Duration.ofSeconds(10);

    private final AgentSessions sessions;
    private final Map<String, LogTransfer> transfers = new ConcurrentHashMap<>();

    public LogRelay(AgentSessions sessions) {
        this.sessions = sessions;
    }

    /** There will be no (more) bytes. */
    public static final class LogFailure extends Exception {
        private final boolean away;
        private final String text;

        LogFailure(boolean away, String text) {
            super(text);
            this.away = away;
            this.text = text;
        }

        /** The node cannot be asked just now; otherwise it has no such log. */
        public boolean away() {
            return away;
        }

        /** Why, for people. */
        public String text() {
            return text;
        }
    }

    /**
     * What came of a log.
     *
     * @param end the attempt has ended and this is all of it
     * @param dropped bytes just before it that the node no longer has
     */
    public record Chunk(ByteString data, long offset, boolean end, long dropped) {}

    /**
     * Asks a node for a log. The bytes then come through the transfer.
     *
     * @param log what is wanted; its transfer id is set here
     */
    public LogTransfer open(NodeId node, String nodeName, OpenLog log) throws LogFailure {
        String id = UUID.randomUUID().toString();
        LogTransfer transfer = new LogTransfer(node, nodeName, () -> transfers.remove(id), DIAL);
        transfers.put(id, transfer);
        OpenLog.Builder order = log.toBuilder().setTransferId(id);
        if (!sessions.send(node, SessionResponse.newBuilder().setOpenLog(order))) {
            transfer.close();
            throw new LogFailure(true, "node " + nodeName + " has the log, and is not connected");
        }
        return transfer;
    }

    /** Logs that are being read. */
    public int size() {
        return transfers.size();
    }

    /** The agent has no such log. */
    void unavailable(NodeId node, String id, String text) {
        transfer(id).filter(t -> t.node().equals(node)).ifPresent(t -> t.fail(false, text));
    }

    /**
     * Transfers end with their session: the agent may have forgotten them. Those under way go on.
     */
    void disconnected(NodeId node) {
        for (LogTransfer transfer : transfers.values()) {
            if (transfer.node().equals(node)) {
                transfer.lost();
            }
        }
    }

    private Optional<LogTransfer> transfer(String id) {
        return Optional.ofNullable(transfers.get(id));
    }

    /** An agent dialled. */
    StreamObserver<LogTransferRequest> accept(ServerCallStreamObserver<LogTransferResponse> out) {
        return new LogInflow(out, this::transfer);
    }
}
