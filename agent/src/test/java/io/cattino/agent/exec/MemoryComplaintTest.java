package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.Shortage.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class MemoryComplaintTest {
    @TempDir private Path task;

    private Optional<Memory> after(String stdout, String stderr) throws IOException {
        Files.writeString(task.resolve("stdout.log"), stdout);
        Files.writeString(task.resolve("stderr.log"), stderr);
        return MemoryComplaint.of(task, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DEVICE | torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB.",
                "DEVICE | RuntimeError: CUDA error: out of memory",
                "DEVICE | jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory",
                "DEVICE | ResourceExhaustedError: OOM when allocating tensor with shape[8,8]",
                "DEVICE | ggml_cuda: cudaMalloc failed: out of memory",
                "DEVICE | MemoryError: std::bad_alloc: out_of_memory: CUDA error at: device.hpp",
                "DEVICE | torch.OutOfMemoryError: HIP out of memory. Tried to allocate 2 GiB.",
                "DEVICE | RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB",
                "HOST | MemoryError",
                "HOST | numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7 TiB",
                "HOST | terminate called after throwing an instance of 'std::bad_alloc'",
                "HOST | fork: Cannot allocate memory",
                "HOST | Exception in thread main java.lang.OutOfMemoryError: Java heap space",
                "HOST | memory allocation of 8589934592 bytes failed",
            })
    void frameworksSayItInWordsOfTheirOwn(Memory memory, String line) throws Exception {
        assertThat(after("epoch 1\n", "Traceback\n" + line + "\n")).contains(memory);
        assertThat(after("epoch 1\n" + line + "\n", "")).contains(memory);
    }

    @Test
    void whoDoesNotComplainHadEnough() throws Exception {
        assertThat(after("", "")).isEmpty();
        assertThat(after("memory: 3 GiB used, out of 8\n", "Killed\nKeyError: 'lr'\n")).isEmpty();
        assertThat(MemoryComplaint.of(task.resolve("nowhere"), 1)).isEmpty();
    }

    @Test
    void onlyTheEndCounts() throws Exception {
        String caught = "CUDA out of memory: I try a smaller batch\n";
        assertThat(after("", caught + "x".repeat(20_000))).isEmpty();
        assertThat(after("", "x".repeat(20_000) + caught)).contains(Memory.DEVICE);
    }

    @Test
    void anEarlierAttemptsWordsAreItsOwn() throws Exception {
        Files.writeString(task.resolve(".attempt"), "2");
        assertThat(after("", "MemoryError\n")).isEmpty();
        assertThat(MemoryComplaint.of(task, 2)).contains(Memory.HOST);
    }
}
