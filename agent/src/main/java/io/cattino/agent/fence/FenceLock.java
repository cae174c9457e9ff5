package io.cattino.agent.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.cattino.agent.exec.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Held by the fence of a data directory while it watches; holds its process id, and whether it
 * cannot see what it is to watch. Written over in place.
 */
final class FenceLock implements AutoCloseable {

    private static final int RECORD_BYTES = 32;
    private static final String BLIND = " blind";
    private static final Pattern RECORD = Pattern.compile("(\\d{1,10})(" + BLIND + ")?");

    /** What can be seen of a fence. */
    enum State {
        /** There is none. */
        FREE,

        /** There is one, which is stopped, or cannot see. */
        IDLE,

        /** There is one, and it sees. */
        WATCHING
    }

    private final FileChannel channel;
    private final FileLock lock;

    private FenceLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes it; empty if somebody has it, who may be an agent that just looks. */
    static Optional<FenceLock> tryAcquire(Path file) throws IOException {
        FileChannel channel = open(file);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                FenceLock taken = new FenceLock(channel, lock);
                taken.tell(true); // until it has looked
                return Optional.of(taken);
            }
        } catch (OverlappingFileLockException _) {
            // by this process: in a test
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    /** Says whether it cannot see what it is to watch. */
    void tell(boolean blind) throws IOException {
        String text = ProcessHandle.current().pid() + (blind ? BLIND : "");
        String record = text + " ".repeat(RECORD_BYTES - 1 - text.length()) + "\n";
        channel.write(ByteBuffer.wrap(record.getBytes(US_ASCII)), 0);
    }

    /**
     * Whether a fence watches: a process has the lock, is not stopped, and sees.
     *
     * @throws IOException if that cannot be told now
     */
    static State look(Path file, ProcessTable table) throws IOException {
        try (FileChannel channel = open(file)) {
            try (FileLock free = channel.tryLock()) {
                if (free != null) {
                    return State.FREE;
                }
            } catch (OverlappingFileLockException _) {
                // by this process: in a test
            }
            Matcher record = RECORD.matcher(read(channel));
            return record.matches()
                            && record.group(2) == null
                            && !isStopped(Long.parseLong(record.group(1)), table)
                    ? State.WATCHING
                    : State.IDLE;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(RECORD_BYTES);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), US_ASCII).strip();
    }

    private static boolean isStopped(long pid, ProcessTable table) {
        return table.find(pid)
                .filter(entry -> entry.state() == 'T' || entry.state() == 't')
                .isPresent();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
