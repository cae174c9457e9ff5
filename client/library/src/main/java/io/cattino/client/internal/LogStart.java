package io.cattino.client.internal;

import io.cattino.proto.v1.ReadLogRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where to begin in a log.
 *
 * @param offset of the first byte; negative: that many before the end as of now
 * @param tailLines so many lines before the end as of now, whatever the offset; null: not by lines
 * @param since with what was written since then, whatever the offset; null: not by time
 */
public record LogStart(long offset, @Nullable Long tailLines, @Nullable Instant since) {

    /** At that byte. */
    public static LogStart at(long offset) {
        return new LogStart(offset, null, null);
    }

    /** Whether the offset tells it. */
    boolean byOffset() {
        return tailLines == null && since == null;
    }

    void addTo(ReadLogRequest.Builder request) {
        request.setOffset(offset);
        if (tailLines != null) {
            request.setTailLines(tailLines);
        }
        if (since != null) {
            request.setSince(ToProto.timestamp(since));
        }
    }
}
