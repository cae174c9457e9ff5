package io.cattino.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is the task's fault, and what is not. */
@NullUnmarked
class LaunchRefusalTest {

    @TempDir private Path temporary;

    @Test
    void aShortageOfTheNodeIsNotTheTasksFault() {
        IOException shortage =
                new FileSystemException(temporary.toString(), null, "Too many open files");
        Path directory = temporary.resolve("a/b");
        assertThat(AttemptLauncher.isTasksFault(directory, shortage)).isFalse();
        assertThat(AttemptLauncher.isTasksFault(directory, new IOException("I/O error"))).isFalse();
    }

    @Test
    void aPlaceThatNobodyCanWriteToIs() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        IOException any = new FileSystemException(file.toString(), null, "whatever");
        assertThat(AttemptLauncher.isTasksFault(file.resolve("a/b"), any)).isTrue();
        assertThat(AttemptLauncher.isTasksFault(file, any)).isTrue();
        assertThat(
                        AttemptLauncher.isTasksFault(
                                temporary.resolve("a"), new AccessDeniedException("a")))
                .isTrue();
    }

    @Test
    void skipsADirectoryOfThePathThatHasNoName() {
        assertThat(CommandLookup.find("sh", Map.of("PATH", "/\0:/bin"), temporary))
                .isEqualTo(new CommandLookup.Result.Found(Path.of("/bin/sh")));
        assertThat(CommandLookup.find("no-such-thing", Map.of("PATH", "/\0:/bin"), temporary))
                .isInstanceOf(CommandLookup.Result.Missing.class);
    }
}
