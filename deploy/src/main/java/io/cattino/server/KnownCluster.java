package io.cattino.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which cluster a coordinator belongs to, on its own disk: one that finds another store, or an
 * empty one, in ZooKeeper must not begin anew as if nothing had ever been accepted.
 */
record KnownCluster(Path file) {

    /** Its id; empty before the first start. */
    Optional<String> id() throws IOException {
        try {
            return Optional.of(Files.readString(file).strip()).filter(id -> !id.isEmpty());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    void remember(String id) throws IOException {
        if (!id().equals(Optional.of(id))) {
            Secrets.replace(file, id);
        }
    }
}
