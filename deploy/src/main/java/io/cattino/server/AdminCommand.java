package io.cattino.server;

import io.cattino.coordinator.journal.JournalAdmin;
import io.cattino.coordinator.journal.JournalReport;
import io.cattino.coordinator.journal.JournalReport.Damage;
import io.cattino.coordinator.zk.ZkConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meow admin}: what is done to a farm's store in ZooKeeper while no coordinator runs. */
@Command(
        name = "admin",
        mixinStandardHelpOptions = true,
        description = "Looks at and mends what a farm has in ZooKeeper.",
        subcommands = {AdminCommand.Journal.class, AdminCommand.Adopt.class})
final class AdminCommand {
    private static final String WHO = "meow admin on " + Home.hostname();

    /** Groups what concerns the journal. */
    @Command(
            name = "journal",
            mixinStandardHelpOptions = true,
            description = "The journal: what the farm has accepted and done.",
            subcommands = {Verify.class, Repair.class})
    static final class Journal {}

    /** Where the store is, and what opens it. */
    static final class StoreOptions {
        /** The file was read before picocli comes to this: {@link OptionFile}. */
        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "A coordinator's options; those below are taken from it.")
        void config(Path file) {}

        @Option(
                names = "--zookeeper",
                required = true,
                paramLabel = "HOST:PORT,...",
                description = "The servers of the ZooKeeper ensemble.")
        private String zooKeeper = "";

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "A coordinator's data. Default: below $CATTINO_HOME")
        private Optional<Path> data = Optional.empty();

        @Option(
                names = "--zookeeper-credential-file",
                paramLabel = "FILE",
                description =
                        "What opens the farm's data in ZooKeeper. Default: zookeeper-credential in --data")
        private Optional<Path> credentialFile = Optional.empty();

        @Mixin private NetworkOptions network = new NetworkOptions();

        JournalAdmin open() throws Exception {
            network.checkZooKeeper(zooKeeper);
            Path file =
                    credentialFile.orElseGet(() ->
                            data.orElseGet(Home.of(System.getenv())::coordinator)
                                    .resolve("zookeeper-credential"));
            if (!Files.exists(file)) {
                throw new Startup.Refused(
                        "there is no ZooKeeper credential "
                                + file
                                + "; give the coordinators': --zookeeper-credential-file FILE");
            }
            return JournalAdmin.open(new ZkConfig(zooKeeper, Secrets.read(file)));
        }
    }

    /** {@code meow admin journal verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Reads and replays the whole journal, and says what is damaged. Changes nothing; coordinators may run.",
                "Exit code 0: it is sound; 1: it is not."
            })
    static final class Verify implements Callable<Integer> {
        @Mixin private StoreOptions store = new StoreOptions();

        @Override
        public Integer call() throws Exception {
            try (JournalAdmin admin = store.open()) {
                JournalReport report = admin.verify();
                tell(report, System.out);
                return report.isSound() ? ExitCode.OK.code() : ExitCode.FAILED.code();
            }
        }
    }

    private static void tell(JournalReport report, PrintStream out) {
        out.printf("Cluster    %s%n", report.clusterId());
        out.printf(
                "Epoch      %d%s%n",
                report.epoch(), report.owner().isEmpty() ? "" : ", of " + report.owner());
        out.printf(
                "Records    %d to %d, replayed from %d on, of epochs %d to %d%n",
                report.firstRecord(),
                report.lastRecord(),
                report.replayedFrom(),
                report.epochs().first(),
                report.epochs().last());
        out.printf("State      revision %d, %d tasks%n", report.revision(), report.tasks());
        out.printf(
                "Checks     %d of %d fingerprints agree%n",
                report.checks() - report.mismatches(), report.checks());
        if (report.torn()) {
            out.println("           it ends in a batch that nobody was told of; that is no damage");
        }
        report.unreadableSnapshots()
                .forEach(path ->
                        out.printf(
                                "DAMAGED    %s cannot be read; an older one does in its place%n",
                                path));
        if (report.mismatches() > 0) {
            out.println(
                    "DAMAGED    what is replayed is not what its leader had: keep a backup, and report it as a bug");
        }
        report.damage().ifPresent(damage -> tell(damage, out));
        if (report.isSound()) {
            out.println("It is sound.");
        }
    }

    private static void tell(Damage damage, PrintStream out) {
        out.printf("DAMAGED    %s: %s%n", damage.path(), damage.reason());
        if (damage.cutFrom().isPresent()) {
            out.printf(
                    "           with it and behind it at least %d facts are lost. To go on without them, stop all coordinators, then: meow admin journal repair%n",
                    damage.facts());
        } else {
            out.println("           there is nothing before it to go on from: restore a backup");
        }
    }

    /** {@code meow admin journal repair}. */
    @Command(
            name = "repair",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Cuts off the first record that cannot be read and all behind it, after it has saved everything to a file.",
                "What was accepted since then is lost. Refused while coordinators run."
            })
    static final class Repair implements Callable<Integer> {
        private static final Set<String> YES = Set.of("y", "yes");

        @Mixin private StoreOptions store = new StoreOptions();

        @Option(
                names = "--backup",
                paramLabel = "FILE",
                description =
                        "Where everything is saved before. Default: cattino-journal-TIME.zip here")
        private Optional<Path> backup = Optional.empty();

        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask.")
        private boolean yes;

        @Override
        public Integer call() throws Exception {
            try (JournalAdmin admin = store.open()) {
                JournalReport report = admin.verify();
                tell(report, System.out);
                if (report.damage().isEmpty()) {
                    System.out.println("There is nothing to cut off.");
                    return report.isSound() ? ExitCode.OK.code() : ExitCode.FAILED.code();
                }
                Path file = backup.orElseGet(Repair::named);
                int znodes = save(admin, file);
                System.out.printf("Saved %d znodes to %s%n", znodes, file.toAbsolutePath());
                if (!yes && !agreed(report.damage().get())) {
                    System.out.println("Nothing was changed.");
                    return ExitCode.FAILED.code();
                }
                JournalReport repaired = admin.repair(report, WHO);
                System.out.println("Cut off. What is left:");
                tell(repaired, System.out);
                return repaired.isSound() ? ExitCode.OK.code() : ExitCode.FAILED.code();
            }
        }

        private static Path named() {
            String time =
                    DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss", Locale.ROOT)
                            .format(LocalDateTime.now(ZoneId.systemDefault()));
            return Path.of("cattino-journal-" + time + ".zip");
        }

        /** Never over another file. What tasks were told may be secret. */
        private static int save(JournalAdmin admin, Path file) throws Exception {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
                return admin.dump(out);
            }
        }

        private static boolean agreed(Damage damage) throws IOException {
            System.err.printf(
                    "Cut off %s and all behind it, at least %d facts? [y/N] ",
                    damage.path(), damage.facts());
            String answer =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                            .readLine();
            return answer != null && YES.contains(answer.strip().toLowerCase(Locale.ROOT));
        }
    }

    /** {@code meow admin adopt}. */
    @Command(
            name = "adopt",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Lets a farm go on with a ZooKeeper that was restored from an old backup: its agents obey nobody of a lower epoch than they have seen.",
                "Refused while coordinators run."
            })
    static final class Adopt implements Callable<Integer> {
        @Mixin private StoreOptions store = new StoreOptions();

        @Option(
                names = "--cluster-id",
                required = true,
                paramLabel = "ID",
                description = "Whose store it is: cluster-id in a coordinator's --data.")
        private String clusterId = "";

        @Option(
                names = "--raise-epoch",
                required = true,
                paramLabel = "N",
                description =
                        "The highest epoch that an agent has obeyed, as the coordinators' log says; the next leader's is above it.")
        private long epoch;

        @Override
        public Integer call() throws Exception {
            try (JournalAdmin admin = store.open()) {
                admin.adopt(clusterId, epoch, WHO);
            }
            System.out.printf("The epoch is %d; the next leader's is %d.%n", epoch, epoch + 1);
            return ExitCode.OK.code();
        }
    }
}
