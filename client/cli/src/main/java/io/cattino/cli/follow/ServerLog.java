package io.cattino.cli.follow;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** What this host's server prints. */
public final class ServerLog {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Session session;

    ServerLog(Session session) {
        this.session = session;
    }

    /** Writes it; goes on until the server has ended if {@code wait}. */
    Exit follow(boolean wait) {
        if (session.target().chosen()) {
            throw Failure.later("the log of a server that is not this host's own");
        }
        Path file = session.home().log();
        try (InputStream log = Files.newInputStream(file);
                Leaving _ =
                        Leaving.say(
                                session.output(),
                                "Left the log; the server goes on. Stop it: meow exit")) {
            boolean runs = wait;
            while (true) {
                log.transferTo(session.output().raw());
                session.output().flush();
                if (!runs) {
                    return Exit.OK;
                }
                Thread.sleep(PAUSE);
                runs = LocalServer.find(session.home()).isPresent();
            }
        } catch (NoSuchFileException _) {
            throw Failure.of(
                    Exit.FAILED,
                    "there is no log of a server that runs in the background: %s".formatted(file),
                    "does one run? meow status");
        } catch (IOException e) {
            throw Failure.of(Exit.FAILED, "cannot read %s (%s)".formatted(file, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while following");
        }
    }
}
