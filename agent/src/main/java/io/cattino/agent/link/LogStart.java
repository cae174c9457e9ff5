package io.cattino.agent.link;

import io.cattino.agent.exec.LogFile;
import io.cattino.agent.exec.LogTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;

/**
 * Where to begin in a log.
 *
 * @param offset of the first byte; negative: that many before the end as of now
 * @param tailLines so many lines before the end as of now, whatever the offset
 * @param sinceMillis with what was written since then; with tailLines as well, the later of the two
 */
record LogStart(long offset, OptionalLong tailLines, OptionalLong sinceMillis) {

    private static final int BLOCK = 64 * 1024;

    /**
     * The first byte wanted.
     *
     * @param size of the log now, in bytes
     */
    long find(LogFile log, long size) throws IOException {
        if (tailLines.isEmpty() && sinceMillis.isEmpty()) {
            return offset >= 0 ? offset : Math.max(0, size + offset);
        }
        long tail = tailLines.isEmpty() ? 0 : tail(log, size, tailLines.getAsLong());
        long since =
                sinceMillis.isEmpty()
                        ? 0
                        : LogTimes.offset(log.name(), log.channel(), size, sinceMillis.getAsLong());
        return Math.max(tail, since);
    }

    /**
     * Where the last lines begin, found from the end; a last line without its end counts as one.
     * Where some of them were dropped, with what was: so the reader is told.
     *
     * @param size of the part of the log that counts, in bytes
     */
    static long tail(LogFile log, long size, long lines) throws IOException {
        if (lines == 0) {
            return size;
        }
        FileChannel file = log.channel();
        LogFile.Hole hole = log.lastHole();
        long ends = 0;
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long end = size; end > hole.to(); ) {
            long begin = Math.max(hole.to(), end - BLOCK);
            block.clear().limit((int) (end - begin));
            while (block.hasRemaining()) {
                if (file.read(block, begin + block.position()) < 0) {
                    return 0; // it was cut short meanwhile: all of it is the tail
                }
            }
            for (long at = end - 1; at >= begin; at--) {
                // The end of the last line is not the begin of another.
                if (block.get((int) (at - begin)) == '\n' && at != size - 1 && ++ends == lines) {
                    return at + 1;
                }
            }
            end = begin;
        }
        return hole.from();
    }
}
