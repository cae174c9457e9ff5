package io.cattino.coordinator.journal;

import com.google.protobuf.ByteString;
import io.cattino.proto.journal.v1.SnapshotChunk;
import java.io.IOException;
import java.io.OutputStream;

/** Cuts what is written to it into chunks of a snapshot. One thread. */
final class ChunkOutput extends OutputStream {
    /** Bytes of the stream in a chunk; a znode with it stays below half of ZooKeeper's 1 MiB. */
    static final int CHUNK_BYTES = 500 * 1024;

    /** As many children as a znode may have. */
    static final int MAX_CHUNKS = 1000;

    private final Sink sink;
    private final SnapshotName name;
    private final byte[] buffer = new byte[CHUNK_BYTES];
    private int filled;
    private int chunks;
    private long bytes;

    /** Where chunks go. Calls block. */
    interface Sink {
        /** Stores one chunk of a snapshot that nobody sees yet; the first one makes it. */
        void put(SnapshotName name, int index, byte[] chunk) throws JournalException;
    }

    /** Carries the store's failure through the streams between. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1L;
        private final JournalException why;

        Failure(JournalException why) {
            super(why);
            this.why = why;
        }

        JournalException why() {
            return why;
        }
    }

    ChunkOutput(Sink sink, SnapshotName name) {
        this.sink = sink;
        this.name = name;
    }

    int chunks() {
        return chunks;
    }

    /** Of all chunks. */
    long bytes() {
        return bytes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, buffer.length - filled);
            System.arraycopy(from, offset + done, buffer, filled, part);
            filled += part;
            done += part;
            if (filled == buffer.length) {
                put();
            }
        }
    }

    /** Stores the last chunk. */
    @Override
    public void close() throws IOException {
        if (filled > 0) {
            put();
        }
    }

    private void put() throws IOException {
        if (chunks == MAX_CHUNKS) {
            throw new Failure(
                    new JournalException(
                            "the state is too large for a snapshot of " + MAX_CHUNKS + " chunks"));
        }
        SnapshotChunk chunk =
                SnapshotChunk.newBuilder()
                        .setFormat(RecordCodec.FORMAT)
                        .setIndex(chunks)
                        .setDeflated(ByteString.copyFrom(buffer, 0, filled))
                        .build();
        byte[] sealed = Seal.seal(chunk);
        try {
            sink.put(name, chunks, sealed);
        } catch (JournalException e) {
            throw new Failure(e);
        }
        chunks++;
        bytes += sealed.length;
        filled = 0;
    }
}
