package io.cattino.agent.exec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * An open file that may have holes: finds them, and makes them, which gives their blocks back to
 * the disk while the file keeps its size. By the C library, through the foreign function interface.
 *
 * <p>Any thread, until it is closed.
 */
final class SparseFile implements AutoCloseable {

    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;

    /** What stands there may be a pipe by now: nobody waits for its other end. */
    private static final int O_NONBLOCK = 04000;

    private static final int O_NOFOLLOW = 0400000;
    private static final int O_CLOEXEC = 02000000;
    private static final int FLAGS = O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;

    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;

    private static final Optional<Calls> CALLS = Calls.find();

    private final Calls calls;
    private final Path file;
    private final int descriptor;

    private SparseFile(Calls calls, Path file, int descriptor) {
        this.calls = calls;
        this.file = file;
        this.descriptor = descriptor;
    }

    /** Opens it, unless it is a link; empty if this system has no such calls. */
    static Optional<SparseFile> toRead(Path file) throws IOException {
        return open(file, O_RDONLY);
    }

    /** The same, for {@link #punch}. */
    static Optional<SparseFile> toPunch(Path file) throws IOException {
        return open(file, O_WRONLY);
    }

    private static Optional<SparseFile> open(Path file, int access) throws IOException {
        if (CALLS.isEmpty()) {
            return Optional.empty();
        }
        Calls calls = CALLS.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(Calls.ERROR);
            long descriptor =
                    calls.call(
                            calls.open, error, arena.allocateFrom(file.toString()), access | FLAGS);
            if (descriptor < 0) {
                throw failure(file, "open", Calls.errno(error));
            }
            return Optional.of(new SparseFile(calls, file, (int) descriptor));
        }
    }

    /** A name by which this process can open the very same file, whatever its own names are now. */
    Path self() {
        return Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    /**
     * The first byte that is there, at this position or behind it.
     *
     * @return the size if there is none; the position if that is behind the end
     */
    long nextData(long position, long size) throws IOException {
        return position >= size ? position : seek(position, SEEK_DATA, size);
    }

    /**
     * The first byte that is not there, at this position or behind it; the size if there is none.
     */
    long nextHole(long position, long size) throws IOException {
        return position >= size ? position : seek(position, SEEK_HOLE, size);
    }

    private long seek(long position, int whence, long size) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(Calls.ERROR);
            long found = calls.call(calls.seek, error, descriptor, position, whence);
            if (found >= 0) {
                return found;
            }
            if (Calls.errno(error) == ENXIO) {
                return size;
            }
            throw failure(file, "lseek", Calls.errno(error));
        }
    }

    /**
     * Gives the blocks between two bytes back to the disk.
     *
     * @return false if its file system cannot do that
     */
    boolean punch(long from, long to) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(Calls.ERROR);
            while (true) {
                long result =
                        calls.call(
                                calls.allocate,
                                error,
                                descriptor,
                                PUNCH_HOLE | KEEP_SIZE,
                                from,
                                to - from);
                if (result == 0) {
                    return true;
                }
                switch (Calls.errno(error)) {
                    case EINTR -> {}
                    case EOPNOTSUPP, ENOSYS -> {
                        return false;
                    }
                    default -> throw failure(file, "fallocate", Calls.errno(error));
                }
            }
        }
    }

    private static IOException failure(Path file, String call, int errno) {
        return errno == ENOENT
                ? new NoSuchFileException(file.toString())
                : new FileSystemException(file.toString(), null, call + ": errno " + errno);
    }

    @Override
    public void close() {
        try (Arena arena = Arena.ofConfined()) {
            var _ = calls.call(calls.close, arena.allocate(Calls.ERROR), descriptor);
        }
    }

    /** What is called; each tells its error's number beside its result. */
    private record Calls(
            MethodHandle open, MethodHandle close, MethodHandle seek, MethodHandle allocate) {

        static final MemoryLayout ERROR = Linker.Option.captureStateLayout();

        private static final VarHandle ERRNO =
                ERROR.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        static Optional<Calls> find() {
            if (!System.getProperty("os.name", "").equals("Linux") || ADDRESS.byteSize() != 8) {
                return Optional.empty(); // the numbers above are Linux's, and off_t is a long
            }
            try {
                Linker linker = Linker.nativeLinker();
                return Optional.of(
                        new Calls(
                                bind(
                                        linker,
                                        "open",
                                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                                        Linker.Option.firstVariadicArg(2)),
                                bind(linker, "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
                                bind(
                                        linker,
                                        "lseek",
                                        FunctionDescriptor.of(
                                                JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT)),
                                bind(
                                        linker,
                                        "fallocate",
                                        FunctionDescriptor.of(
                                                JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG,
                                                JAVA_LONG))));
            } catch (NoSuchElementException
                    | UnsupportedOperationException
                    | IllegalCallerException _) {
                return Optional.empty();
            }
        }

        @SuppressWarnings("restricted") // the C functions of fcntl.h and unistd.h
        private static MethodHandle bind(
                Linker linker, String name, FunctionDescriptor function, Linker.Option... options) {
            Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
            all[options.length] = Linker.Option.captureCallState("errno");
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function, all);
        }

        long call(MethodHandle function, Object... arguments) {
            try {
                return ((Number) function.invokeWithArguments(arguments)).longValue();
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        static int errno(MemorySegment error) {
            return (int) ERRNO.get(error, 0L);
        }
    }
}
