package io.cattino.coordinator.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.proto.journal.v1.SnapshotChunk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The chunks of a snapshot as one stream; one chunk is held at a time. One thread. */
final class ChunkInput extends InputStream {
    private final Source source;
    private final SnapshotName name;
    private final int chunks;
    private int next;
    private InputStream current = InputStream.nullInputStream();

    /** Where chunks come from. Calls block. */
    interface Source {
        /**
         * One chunk.
         *
         * @throws JournalException.Corrupt if it is missing
         */
        byte[] chunk(SnapshotName name, int index) throws JournalException;
    }

    ChunkInput(Source source, SnapshotName name, int chunks) {
        this.source = source;
        this.name = name;
        this.chunks = chunks;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            int read = current.read(to, offset, length);
            if (read > 0) {
                return read;
            }
            if (next == chunks) {
                return -1;
            }
            try {
                current = open(next);
            } catch (JournalException e) {
                throw new ChunkOutput.Failure(e);
            }
            next++;
        }
    }

    private InputStream open(int index) throws JournalException {
        String what = "chunk " + index + " of snapshot " + name;
        byte[] bytes = source.chunk(name, index);
        Seal.check(bytes, what);
        SnapshotChunk chunk;
        try {
            chunk = SnapshotChunk.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt(what + " cannot be read: " + e.getMessage(), e);
        }
        if (chunk.getFormat() != RecordCodec.FORMAT) {
            throw new JournalException.Corrupt(
                    what
                            + " has format "
                            + chunk.getFormat()
                            + "; this version reads format "
                            + RecordCodec.FORMAT);
        }
        if (chunk.getIndex() != index) {
            throw new JournalException.Corrupt(what + " says that it is chunk " + chunk.getIndex());
        }
        return new ByteArrayInputStream(chunk.getDeflated().toByteArray());
    }
}
