package io.cattino.coordinator.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.coordinator.core.StateImage;
import io.cattino.proto.journal.v1.SnapshotHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Snapshots in a store: their chunks and their headers, both ways. Stateless; calls block as the
 * store does.
 */
final class SnapshotCodec {
    private static final int BUFFER = 64 * 1024;

    private SnapshotCodec() {}

    /**
     * Stores the chunks of an image, and reads them back: they are the same image.
     *
     * @param source has what goes into the sink
     * @param fingerprint of the state
     * @return the bytes of the header that publishes it
     */
    static byte[] write(
            ChunkOutput.Sink sink,
            ChunkInput.Source source,
            SnapshotName name,
            StateImage image,
            long fingerprint)
            throws JournalException {
        byte[] header = write(sink, name, image, fingerprint);
        if (!read(source, name, header(name, header)).equals(image)) {
            throw new JournalException(
                    "snapshot " + name + " reads back as another state than was written");
        }
        return header;
    }

    private static byte[] write(
            ChunkOutput.Sink sink, SnapshotName name, StateImage image, long fingerprint)
            throws JournalException {
        ChunkOutput chunks = new ChunkOutput(sink, name);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(chunks, deflater, BUFFER)) {
            StateCodec.write(image, out);
        } catch (ChunkOutput.Failure e) {
            throw e.why();
        } catch (IOException e) {
            throw new JournalException("the state could not be written", e);
        } finally {
            deflater.end();
        }
        return Seal.seal(
                SnapshotHeader.newBuilder()
                        .setFormat(RecordCodec.FORMAT)
                        .setNextRecord(name.nextRecord())
                        .setRevision(image.revision())
                        .setFingerprint(fingerprint)
                        .setChunks(chunks.chunks())
                        .setBytes(chunks.bytes())
                        .build());
    }

    /** Reads a header. */
    static SnapshotHeader header(SnapshotName name, byte[] bytes) throws JournalException.Corrupt {
        String what = "the header of snapshot " + name;
        Seal.check(bytes, what);
        SnapshotHeader header;
        try {
            header = SnapshotHeader.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt(what + " cannot be read: " + e.getMessage(), e);
        }
        if (header.getFormat() != RecordCodec.FORMAT) {
            throw new JournalException.Corrupt(
                    what
                            + " has format "
                            + header.getFormat()
                            + "; this version reads format "
                            + RecordCodec.FORMAT);
        }
        if (header.getNextRecord() != name.nextRecord()
                || header.getChunks() < 1
                || header.getChunks() > ChunkOutput.MAX_CHUNKS) {
            throw new JournalException.Corrupt(what + " cannot be true");
        }
        return header;
    }

    /** Reads the image that a header describes. */
    static StateImage read(ChunkInput.Source source, SnapshotName name, SnapshotHeader header)
            throws JournalException {
        Inflater inflater = new Inflater();
        StateImage image;
        try (InputStream in =
                new BufferedInputStream(
                        new InflaterInputStream(
                                new ChunkInput(source, name, header.getChunks()), inflater, BUFFER),
                        BUFFER)) {
            image = StateCodec.read(in);
        } catch (ChunkOutput.Failure e) {
            throw e.why();
        } catch (JournalException.Corrupt e) {
            throw new JournalException.Corrupt("snapshot " + name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new JournalException.Corrupt("snapshot " + name + " cannot be read: " + e, e);
        } finally {
            inflater.end();
        }
        if (image.revision() != header.getRevision()) {
            throw new JournalException.Corrupt(
                    "snapshot %s has revision %d, and its header says %d"
                            .formatted(name, image.revision(), header.getRevision()));
        }
        return image;
    }
}
