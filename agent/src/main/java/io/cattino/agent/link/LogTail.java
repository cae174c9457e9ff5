package io.cattino.agent.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where the last lines of a file begin, reading it backwards. Stateless. */
final class LogTail {

    private static final int BLOCK = 64 * 1024;

    private LogTail() {}

    /**
     * Where the last lines begin; a last line without its end counts as one.
     *
     * @param size of the part of the file that counts, in bytes
     * @param lines above 0
     */
    static long offset(FileChannel file, long size, long lines) throws IOException {
        long ends = 0;
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long end = size; end > 0; ) {
            long begin = Math.max(0, end - BLOCK);
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
        return 0;
    }
}
