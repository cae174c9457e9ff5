package io.cattino.agent.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * A log, opened to be read, of which the middle may be gone, or go while it is read: what was
 * dropped by {@link LogTrimmer} is a hole in the file. One thread.
 */
public final class LogFile implements AutoCloseable {

    private final Path name;
    private final FileChannel file;
    private final Optional<SparseFile> sparse;

    private LogFile(Path name, FileChannel file, Optional<SparseFile> sparse) {
        this.name = name;
        this.file = file;
        this.sparse = sparse;
    }

    /** The part of a log from one byte up to another that is gone. */
    public record Hole(long from, long to) {

        /** In a log of which all is there. */
        public static final Hole NONE = new Hole(0, 0);
    }

    /**
     * Opens it. Where holes cannot be told, none are made either.
     *
     * @throws IOException as of {@link FileChannel#open}; also if it is a link
     */
    public static LogFile open(Path log) throws IOException {
        Optional<SparseFile> sparse = SparseFile.toRead(log);
        try {
            // By the other descriptor, lest the name belong to another attempt's log meanwhile.
            Path file = sparse.map(SparseFile::self).orElse(log);
            Set<OpenOption> options =
                    sparse.isPresent()
                            ? Set.of(StandardOpenOption.READ)
                            : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new LogFile(log, FileChannel.open(file, options), sparse);
        } catch (IOException e) {
            sparse.ifPresent(SparseFile::close);
            throw e;
        }
    }

    /** Its name when it was opened. */
    public Path name() {
        return name;
    }

    /** Its bytes, with zeros in their place where there are none any more. */
    public FileChannel channel() {
        return file;
    }

    /** How much was written to it, in bytes. */
    public long size() throws IOException {
        return file.size();
    }

    /** The first byte that is there, at this position or behind it; the end if there is none. */
    public long present(long position) throws IOException {
        return sparse.isEmpty() ? position : sparse.get().nextData(position, size());
    }

    /**
     * Reads what is there.
     *
     * @return how many bytes; 0 if the first of them is gone, -1 at the end
     */
    public int read(ByteBuffer buffer, long position) throws IOException {
        int read = file.read(buffer, position);
        if (read <= 0 || sparse.isEmpty()) {
            return read;
        }
        // Afterwards: what is there now was there when it was read, as nothing comes back.
        long size = size();
        long there =
                sparse.get().nextData(position, size) == position
                        ? sparse.get().nextHole(position, size) - position
                        : 0;
        int kept = (int) Math.min(read, there);
        buffer.position(buffer.position() - read + kept);
        return kept;
    }

    /** The hole behind which everything is there. */
    public Hole lastHole() throws IOException {
        Hole last = Hole.NONE;
        long size = size();
        while (sparse.isPresent()) {
            long from = sparse.get().nextHole(last.to, size);
            if (from >= size) {
                return last;
            }
            last = new Hole(from, sparse.get().nextData(from, size));
        }
        return last;
    }

    @Override
    public void close() throws IOException {
        sparse.ifPresent(SparseFile::close);
        file.close();
    }
}
