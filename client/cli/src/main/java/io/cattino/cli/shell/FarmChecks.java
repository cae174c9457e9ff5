package io.cattino.cli.shell;

import io.cattino.cli.command.Places;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.serve.VersionCommand;
import io.cattino.cli.session.Session;
import io.cattino.client.ClusterStatus;
import io.cattino.client.DeviceInfo;
import io.cattino.client.MeowException;
import io.cattino.client.NodeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What is looked at by asking the coordinators. */
final class FarmChecks {

    /** A node is heard of every few seconds; more than that, and the clocks differ. */
    private static final Duration LATEST_NEWS = Duration.ofSeconds(30);

    private static final Duration AHEAD = Duration.ofSeconds(2);
    private static final int SHOWN = 3;

    private final Session session;

    FarmChecks(Session session) {
        this.session = session;
    }

    /** All of them; what nobody can answer without a server is left out. */
    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        token().ifPresent(checks::add);
        network().ifPresent(checks::add);
        String address = session.target().addresses();
        try {
            ClusterStatus status = session.client().cluster().status();
            checks.add(
                    Check.ok(
                            "server",
                            "%s answers (PID %d on %s)"
                                    .formatted(address, status.pid(), status.host())));
            checks.add(version(status));
            checks.add(leader(status));
            List<NodeInfo> nodes = session.client().nodes().list();
            checks.add(agents(nodes));
            checks.add(devices(nodes));
            clock(nodes).ifPresent(checks::add);
        } catch (MeowException.PermissionDenied e) {
            checks.add(
                    Check.error(
                            "server",
                            "%s: %s".formatted(address, e.getMessage()),
                            "the token comes from %s; another one: export CATTINO_TOKEN_FILE=FILE"
                                    .formatted(
                                            Objects.requireNonNullElse(
                                                    session.target().tokenFile(), "nowhere"))));
        } catch (MeowException e) {
            checks.add(
                    Check.error("server", "%s: %s".formatted(address, e.getMessage()), e.hint()));
        } catch (Failure e) {
            checks.add(
                    Check.error(
                            "server",
                            String.valueOf(e.getMessage()),
                            e.next().isEmpty() ? "" : e.next().getLast().replaceAll(" +", " ")));
        }
        return checks;
    }

    private Optional<Check> network() {
        return session.isUnencrypted()
                ? Optional.of(
                        Check.warning(
                                "network",
                                "the token and everything else goes to %s unencrypted"
                                        .formatted(session.target().addresses()),
                                "only on a network that you trust; who can listen there can run commands on the farm"))
                : Optional.empty();
    }

    private Optional<Check> token() {
        Path file = session.target().tokenFile();
        if (file == null) {
            return Optional.of(
                    Check.warning(
                            "token",
                            "none is known for %s".formatted(session.target().addresses()),
                            "ask who runs the farm, then: export CATTINO_TOKEN_FILE=FILE"));
        }
        if (!Files.exists(file)) {
            return session.target().chosen()
                    ? Optional.of(
                            Check.warning(
                                    "token",
                                    "there is no %s".formatted(file),
                                    "ask who runs the farm, then: export CATTINO_TOKEN_FILE=FILE"))
                    : Optional.empty();
        }
        try {
            Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
            boolean open =
                    modes.contains(PosixFilePermission.GROUP_READ)
                            || modes.contains(PosixFilePermission.OTHERS_READ);
            if (!Files.isReadable(file)) {
                return Optional.of(
                        Check.error("token", "%s cannot be read".formatted(file), "chown it"));
            }
            return Optional.of(
                    open
                            ? Check.warning(
                                    "token",
                                    "others can read %s".formatted(file),
                                    "chmod 600 " + file)
                            : Check.ok("token", file.toString()));
        } catch (IOException e) {
            return Optional.of(Check.error("token", String.valueOf(e.getMessage()), ""));
        }
    }

    private static Check version(ClusterStatus status) {
        String own = VersionCommand.number();
        return own.equals(status.version())
                ? Check.ok("version", own)
                : Check.warning(
                        "version",
                        "meow is %s, the server %s".formatted(own, status.version()),
                        status.allInOne()
                                ? "start the server again: meow exit, then meow run"
                                : "install the same version");
    }

    private static Check leader(ClusterStatus status) {
        return status.leader().isEmpty()
                ? Check.error(
                        "leader",
                        "no coordinator leads",
                        "does ZooKeeper run? the coordinators' logs say it")
                : Check.ok(
                        "leader",
                        "%s, elected through ZooKeeper (epoch %d)"
                                .formatted(status.leader(), status.epoch()));
    }

    private static Check agents(List<NodeInfo> nodes) {
        List<String> silent =
                nodes.stream()
                        .filter(node -> node.state() != NodeInfo.State.READY)
                        .map(NodeInfo::name)
                        .toList();
        if (nodes.isEmpty()) {
            return Check.error(
                    "agents", "no machine has registered", "on each machine: meow agent run");
        }
        String text =
                "%d of %s connected"
                        .formatted(nodes.size() - silent.size(), Text.count(nodes.size(), "agent"));
        if (silent.isEmpty()) {
            return Check.ok("agents", text);
        }
        String missing = text + "; not " + Text.some(silent, SHOWN);
        String fix = "see: meow nodes";
        return silent.size() == nodes.size()
                ? Check.error("agents", missing, fix)
                : Check.warning("agents", missing, fix);
    }

    /** A driver without a card that anybody sees is a driver that the agent could not talk to. */
    private Check devices(List<NodeInfo> nodes) {
        List<DeviceInfo> cards =
                nodes.stream()
                        .flatMap(node -> node.devices().stream())
                        .filter(Places::isCard)
                        .toList();
        boolean driver = Files.exists(Path.of("/proc/driver/nvidia/version"));
        if (!cards.isEmpty()) {
            long sick = cards.stream().filter(it -> it.state() == DeviceInfo.State.SICK).count();
            String text = Text.count(cards.size(), "card");
            return sick == 0
                    ? Check.ok("devices", text)
                    : Check.warning(
                            "devices", "%s, %d sick".formatted(text, sick), "see: meow gpus");
        }
        return driver && session.target().isLoopback()
                ? Check.warning(
                        "devices",
                        "this machine has NVIDIA's driver, and yet the agent sees no card",
                        "the server's log says why: meow watch; does nvidia-smi work?")
                : Check.ok("devices", "no cards; tasks share the hosts' memory");
    }

    /** The server's clock stands behind the moment at which it last heard of a node. */
    private Optional<Check> clock(List<NodeInfo> nodes) {
        Instant now = session.invocation().clock().instant();
        return nodes.stream()
                .filter(node -> node.state() == NodeInfo.State.READY)
                .map(NodeInfo::lastSeenTime)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .map(seen -> clock(Duration.between(seen, now)));
    }

    private static Check clock(Duration behind) {
        if (behind.compareTo(AHEAD.negated()) >= 0 && behind.compareTo(LATEST_NEWS) <= 0) {
            return Check.ok("clock", "agrees with the server's");
        }
        return Check.warning(
                "clock",
                "%s %s the server's"
                        .formatted(
                                Times.exact(behind.abs()),
                                behind.isNegative() ? "behind" : "ahead of"),
                "timedatectl set-ntp true, on both");
    }
}
