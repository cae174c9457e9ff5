package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shows what the commands print that start, drain and stop servers; somebody has looked. */
class ServerGoldenIT {
    private static final List<Integer> USUAL = List.of(100);

    @RegisterExtension final Farm farm = Scene.farm();

    private Golden golden(String name) {
        return golden(name, Normal.of(farm));
    }

    private Golden golden(String name, Normal normal) {
        return new Golden(name, farm.meow(), normal);
    }

    @Test
    void aServerFromDrainToExit() throws IOException {
        try (Gate _ = Gate.make(farm.cwd().resolve("gate"))) {
            golden("drain")
                    .pipe("drain", "gpu-01", "--reason", "fan swap")
                    .terminals(USUAL, "nodes")
                    .terminals(USUAL, "create", "-n", "patient", "true")
                    .terminals(USUAL, "undrain", "gpu-01")
                    .check();
            until("patient", TaskStatus.DONE);
            farm.client()
                    .submit(
                            Submission.builder()
                                    .add(ProcTask.builder("busy").command(Scene.HOLDS).build())
                                    .context(farm.context())
                                    .build());
            until("busy", TaskStatus.RUNNING);
            golden("set-all").pipe("set").terminals(USUAL, "set").check();
            all();
            golden("clean", Normal.of(farm).rule("\\b\\d+ bytes?\\b", "<n> bytes"))
                    .pipe("clean")
                    .pipe("clean", "--before", "2025-06", "-v")
                    .terminals(USUAL, "clean", "--after", "2025")
                    .check();
            Golden exit = golden("exit").pipe("run");
            Meow plain = farm.meow().with("NO_COLOR", "1").with("CATTINO_ARGV0", "meow");
            Terminal no = plain.terminal(100, "exit");
            no.awaitText("[y/N]").type("n\n");
            exit.terminal(no, false, "meow exit");
            exit.pipe("exit", "-y").check();
        }
    }

    /** The seed's -A: all of them, or those whose name matches. */
    private void all() {
        Golden golden = golden("all").pipe("cancel", "-A", "^bu");
        until("busy", TaskStatus.CANCELLED);
        golden.pipe("remove", "-A", "pati").pipe("kill", "-A").pipe("resume", "-A");
        until("busy", TaskStatus.RUNNING);
        golden.terminals(USUAL, "cancel", "-A", "nothing-like-this").check();
    }

    private void until(String name, TaskStatus status) {
        await(name + " is " + status)
                .atMost(Duration.ofMinutes(1))
                .until(() -> farm.client().task(name).info().status() == status);
    }

    @Test
    void aServerThatWasKilled() throws IOException {
        farm.server().kill9();
        Path other = Files.createDirectory(farm.path("other"));
        ServerFile gone = farm.server().file();
        // One is listened on; the others are only kept from everybody else.
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket _ = silent(gone.grpcPort());
                Socket _ = silent(gone.httpPort())) {
            String port = Integer.toString(taken.getLocalPort());
            Meow alone = farm.meow().with("CATTINO_PORT", Integer.toString(gone.grpcPort()));
            Meow elsewhere = alone.with("CATTINO_HOME", other.toString());
            golden("mistakes-killed")
                    .mistake("killed a moment ago", alone, "list")
                    .mistake("killed a moment ago", alone, "test")
                    .mistake("killed a moment ago", alone, "exit")
                    .mistake("another program has the port", elsewhere, "run", "--port", port)
                    .check();
        }
        assertThat(Living.mentioning(other.toString())).as("servers of a home without").isEmpty();
    }

    /** Has a port on which nobody answers. */
    private static Socket silent(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }
}
