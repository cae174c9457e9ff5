package io.cattino.testkit;

import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.TaskHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What these tests let farms run. */
final class Tasks {
    /** How long to wait for what is to come: longer than any loaded machine takes. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private Tasks() {}

    static ProcTask.Builder shell(String name, String line) {
        return ProcTask.builder(name).shell(line);
    }

    /** A task that runs until the file is there. */
    static ProcTask.Builder until(String name, Path file) {
        return shell(name, "while [ ! -e '" + file + "' ]; do sleep 0.1; done");
    }

    /** Hands it in and waits until it runs. */
    static TaskHandle running(MeowClient meow, ProcTask task) throws Exception {
        TaskHandle handle = meow.submit(task);
        handle.awaitStart(PATIENCE);
        return handle;
    }

    static void touch(Path file) throws IOException {
        Files.createFile(file);
    }
}
