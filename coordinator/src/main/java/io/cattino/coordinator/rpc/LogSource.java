package io.cattino.coordinator.rpc;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.proto.v1.ReadLogRequest;
import java.time.Duration;

/**
 * Where the bytes of attempts' logs come from: the nodes that hold them. Any thread; calls may
 * block.
 */
public interface LogSource {
    /** Asks the node for a log. */
    Reading open(Request request) throws LogException, InterruptedException;

    /**
     * What is wanted.
     *
     * @param asked which of its logs, and where to begin
     * @param directory where the files are if the agent has forgotten the attempt, or those of a
     *     group
     * @param ofGroup the log is that of a group's hooks, to which the attempt wrote
     */
    record Request(
            NodeId node,
            String nodeName,
            AttemptId attempt,
            ReadLogRequest asked,
            String directory,
            boolean ofGroup) {}

    /** A log being read. One reader. */
    interface Reading extends AutoCloseable {
        /** What comes next, or {@link Next.Nothing} if nothing came within that time. */
        Next next(Duration wait) throws LogException, InterruptedException;

        /** So many bytes have gone to the reader: the node may send as many more. */
        void passedOn(int bytes);

        @Override
        void close();
    }

    /** What comes of a log. */
    sealed interface Next {
        /**
         * Some bytes.
         *
         * @param end the attempt has ended and this is all of it
         * @param dropped bytes just before it that the node no longer has
         */
        record Piece(ByteString data, long offset, boolean end, long dropped) implements Next {}

        record Nothing() implements Next {}

        /** The node has no more to send. */
        record Finished() implements Next {}
    }

    /** There will be no (more) bytes. */
    final class LogException extends Exception {
        private final boolean away;
        private final String text;

        /**
         * A failure.
         *
         * @param away the node cannot be asked just now; otherwise it has no such log
         */
        public LogException(boolean away, String text) {
            super(text);
            this.away = away;
            this.text = text;
        }

        /** Why, for people. */
        public String text() {
            return text;
        }

        public boolean away() {
            return away;
        }
    }
}
