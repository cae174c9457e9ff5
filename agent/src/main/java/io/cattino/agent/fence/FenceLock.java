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
import java.util.OptionalLong;

/** Held by the fence of a data directory while it watches; holds its process id. */
final class FenceLock implements AutoCloseable {

    private static final int LONGEST_PID = 32;

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
                byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(US_ASCII);
                channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
                return Optional.of(new FenceLock(channel, lock));
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

    /**
     * Whether a fence watches: a process has the lock, and is not stopped.
     *
     * @throws IOException if that cannot be told now
     */
    static boolean isHeld(Path file, ProcessTable table) throws IOException {
        try (FileChannel channel = open(file)) {
            try (FileLock free = channel.tryLock()) {
                return free == null && !isStopped(pid(channel), table);
            } catch (OverlappingFileLockException _) {
                return true;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static OptionalLong pid(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_PID);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), US_ASCII).strip();
        return pid.matches("\\d{1,10}")
                ? OptionalLong.of(Long.parseLong(pid))
                : OptionalLong.empty(); // it has not come to that yet
    }

    private static boolean isStopped(OptionalLong pid, ProcessTable table) {
        return pid.isPresent()
                && table.find(pid.getAsLong())
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
