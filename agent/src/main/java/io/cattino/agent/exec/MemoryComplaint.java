package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.cattino.agent.core.Shortage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What programs write when they get no memory. Frameworks say it in words of their own and exit
 * with a code that says nothing, so the end of what an attempt wrote is searched for them.
 * Stateless; any thread; reads a few KiB.
 */
public final class MemoryComplaint {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryComplaint.class);

    /** The end of a log in which a traceback and a summary have room. */
    private static final int TAIL_BYTES = 16 * 1024;

    /** PyTorch, JAX, TensorFlow, CUDA's own names, llama.cpp, RAPIDS, ROCm, Ascend. */
    private static final List<String> OF_DEVICE =
            List.of(
                    "CUDA out of memory",
                    "CUDA error: out of memory",
                    "CUDA_ERROR_OUT_OF_MEMORY",
                    "cudaErrorMemoryAllocation",
                    "cudaMalloc failed: out of memory",
                    "out_of_memory: CUDA error",
                    "CUBLAS_STATUS_ALLOC_FAILED",
                    "CUDNN_STATUS_ALLOC_FAILED",
                    "RESOURCE_EXHAUSTED: Out of memory",
                    "OOM when allocating tensor",
                    "HIP out of memory",
                    "hipErrorOutOfMemory",
                    "NPU out of memory");

    /** Python, C++, the C library, Java, Go, Rust, Node, PyTorch on a CPU. */
    private static final List<String> OF_HOST =
            List.of(
                    "MemoryError",
                    "std::bad_alloc",
                    "Cannot allocate memory",
                    "java.lang.OutOfMemoryError",
                    "runtime: out of memory",
                    "memory allocation of ",
                    "JavaScript heap out of memory",
                    "DefaultCPUAllocator");

    private MemoryComplaint() {}

    /** What an attempt complained of at the end of its logs, if it did. */
    public static Optional<Shortage.Memory> of(Path taskDirectory, int attempt) {
        String said =
                tail(taskDirectory, TaskPaths.LogName.STDERR, attempt)
                        + tail(taskDirectory, TaskPaths.LogName.STDOUT, attempt);
        if (OF_DEVICE.stream().anyMatch(said::contains)) {
            return Optional.of(Shortage.Memory.DEVICE);
        }
        return OF_HOST.stream().anyMatch(said::contains)
                ? Optional.of(Shortage.Memory.HOST)
                : Optional.empty();
    }

    private static String tail(Path taskDirectory, TaskPaths.LogName name, int attempt) {
        Optional<Path> path = LogFiles.locate(taskDirectory, name, attempt);
        if (path.isEmpty()) {
            return "";
        }
        try (LogFile log = LogFile.open(path.get())) {
            ByteBuffer buffer = ByteBuffer.allocate(TAIL_BYTES);
            long position = Math.max(0, log.size() - TAIL_BYTES);
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = log.channel().read(buffer, position + buffer.position());
            }
            return new String(buffer.array(), 0, buffer.position(), ISO_8859_1);
        } catch (NoSuchFileException _) {
            return ""; // it wrote nothing, or somebody took it away
        } catch (IOException e) {
            LOG.warn("log_unreadable file={}: no complaint is looked for in it", path.get(), e);
            return "";
        }
    }
}
