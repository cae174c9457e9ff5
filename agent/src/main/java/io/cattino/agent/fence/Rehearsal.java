package io.cattino.agent.fence;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.exec.FencedAttempts;
import io.cattino.agent.exec.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Kills an attempt that there is not, in a directory of its own, so that everything that firing
 * takes is loaded before it has to be.
 */
final class Rehearsal {

    private Rehearsal() {}

    static void run(Path root, String bootId, ProcessTable table, Consumer<String> log)
            throws IOException {
        Path stage = Files.createTempDirectory(root, "rehearsal");
        try {
            Path attempts = Files.createDirectory(stage.resolve("attempts"));
            AttemptId id = new AttemptId(1, 1, 1);
            FencedAttempts.stage(attempts, id, bootId);
            BootClock clock = BootClock.system();
            LeaseFile lease = new LeaseFile(stage.resolve(FenceKeeper.LEASE), bootId, clock);
            lease.write(0);
            FencedAttempts fenced = new FencedAttempts(attempts, bootId, table);
            try (FenceGround ground = new FenceGround(fenced, lease, _ -> {}, log)) {
                boolean watched = new Watchman(clock, ground).poll();
                if (!watched || !FencedAttempts.isMarked(attempts, id)) {
                    throw new IOException("nothing was killed in " + stage);
                }
            }
        } finally {
            delete(stage);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
