package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.core.DevicePeak;
import io.cattino.agent.store.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent and the supervisor tell each other about one attempt, in files.
 *
 * <ul>
 *   <li>{@code launch}: the order, durable before anything is spawned
 *   <li>{@code started}: whoever makes it decides whether the command starts
 *   <li>{@code supervisor}, {@code pid}, {@code exit}: of fixed size, filled beforehand and
 *       overwritten in place by the supervisor, so that they can be written on a full disk
 *   <li>{@code stop}: durable before KILL, so that killed is not mistaken for vanished
 *   <li>{@code fence}: when the fence is to kill it; {@code fenced}: made beforehand, overwritten
 *       before it does. Neither is synced: after a reboot there is nothing to kill
 *   <li>{@code cgroup}: where its processes are kept together, if they are
 *   <li>{@code end}: how it ended, once that is decided
 *   <li>{@code peaks}: the most it was seen to use of each device: index, MiB. Not synced: after a
 *       reboot it may be gone
 *   <li>{@code python.json}, {@code stopping}, {@code hook-failure}: what agent and Python runner
 *       tell each other, where there is one
 *   <li>{@code in-hook}: there while the runner is in code of the user's before the command; what
 *       to say if that ends the process
 *   <li>{@code group-starts}: a {@code -} for each group whose on_start the runner is to run, which
 *       it overwrites with a {@code +} when that is over, on a full disk too
 * </ul>
 *
 * @param path of the directory
 */
record AttemptDirectory(Path path) {

    private static final int NUMBER_BYTES = 64;
    private static final int SUPERVISOR_BYTES = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(AttemptDirectory.class);

    /** Content of {@code started} when the agent made it. */
    private static final String AGENT = "agent";

    private static final String COMPLETE = ".\n";

    private static final Pattern PEAKS =
            Pattern.compile("([0-9]{1,9} [0-9]{1,18}\n)*" + Pattern.quote(COMPLETE));

    /** The command's end, as the supervisor wrote it down. */
    record Exit(int code, long wallMs) {}

    /** The command's process, as it wrote itself down. */
    record Command(long pid, long wallMs) {}

    /** Makes the directory and its records; the launch order is durable when it returns. */
    void create(byte[] launch) throws IOException {
        Files.createDirectories(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        fill("supervisor", SUPERVISOR_BYTES);
        fill("pid", NUMBER_BYTES);
        fill("exit", NUMBER_BYTES);
        DurableFiles.write(path.resolve("launch"), launch);
        DurableFiles.syncNameOf(path);
    }

    /** Tells the node's fence about it. */
    void writeFence(FenceRecord fence) throws IOException {
        fill("fenced", NUMBER_BYTES);
        DurableFiles.replace(path.resolve("fence"), fence.text().getBytes(US_ASCII));
    }

    /** Whether its fence was told about it, whatever. */
    boolean isFenced() {
        return Files.exists(path.resolve("fence"));
    }

    Optional<FenceRecord> fence() throws IOException {
        return read("fence").flatMap(bytes -> FenceRecord.parse(new String(bytes, US_ASCII)));
    }

    /** Notes that the fence kills it after so many milliseconds; needs no room on the disk. */
    void markFenced(long afterMs) throws IOException {
        byte[] record =
                "%%-%ds.\n"
                        .formatted(NUMBER_BYTES - COMPLETE.length())
                        .formatted(afterMs)
                        .getBytes(US_ASCII);
        try (FileChannel channel =
                FileChannel.open(path.resolve("fenced"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(record), 0);
        }
    }

    /** After how many milliseconds the fence killed it; empty if it did not. */
    Optional<Long> fencedAfterMs() throws IOException {
        return number("fenced");
    }

    void writeCgroup(Cgroup cgroup) throws IOException {
        DurableFiles.replace(path.resolve("cgroup"), (cgroup.path() + "\n").getBytes(UTF_8));
    }

    Optional<Cgroup> cgroup() throws IOException {
        return read("cgroup").map(text -> new Cgroup(Path.of(new String(text, UTF_8).strip())));
    }

    private void fill(String name, int bytes) throws IOException {
        Files.writeString(path.resolve(name), " ".repeat(bytes), US_ASCII);
    }

    /**
     * What the Python runner of the attempt is to do; the answer is the file.
     *
     * @param groups whose on_start it runs: the command has started when they are over
     */
    Path writePythonWork(String json, int groups) throws IOException {
        if (groups > 0) {
            Files.writeString(path.resolve("group-starts"), "-".repeat(groups), US_ASCII);
        }
        return Files.writeString(path.resolve("python.json"), json);
    }

    /** How the attempt is being stopped, for a Python runner: {@code Killed}, {@code Cancelled}. */
    void noteStop(String reason) throws IOException {
        if (Files.isDirectory(path)) {
            Files.writeString(path.resolve("stopping"), reason, US_ASCII);
        }
    }

    /** Whether a Python runner still runs what comes before the command: a group's on_start. */
    boolean isPreparing() throws IOException {
        return countGroups('-') > 0;
    }

    /** How many groups' on_start are over, as a Python runner says. */
    int groupsStarted() throws IOException {
        return countGroups('+');
    }

    void writePeaks(List<DevicePeak> peaks) throws IOException {
        String lines =
                peaks.stream()
                        .map(peak -> peak.index() + " " + peak.mib() + "\n")
                        .collect(Collectors.joining());
        DurableFiles.replace(path.resolve("peaks"), (lines + COMPLETE).getBytes(US_ASCII));
    }

    /** What {@link #writePeaks} wrote; nothing if that is not there whole. */
    List<DevicePeak> peaks() throws IOException {
        String text = read("peaks").map(bytes -> new String(bytes, US_ASCII)).orElse("");
        return PEAKS.matcher(text).matches()
                ? text.lines()
                        .filter(line -> !line.equals(COMPLETE.strip()))
                        .map(line -> line.split(" ", 2))
                        .map(pair ->
                                new DevicePeak(Integer.parseInt(pair[0]), Long.parseLong(pair[1])))
                        .toList()
                : List.of();
    }

    private int countGroups(char mark) throws IOException {
        return read("group-starts")
                .map(marks -> new String(marks, US_ASCII).chars().filter(c -> c == mark).count())
                .orElse(0L)
                .intValue();
    }

    /**
     * What a Python runner says of why nothing of the attempt's own ran; empty if it did. Code of
     * the user's that ended the runner lets it say nothing any more: then what it said beforehand
     * counts, unless the end was the agent's doing.
     */
    Optional<String> hookFailure() throws IOException {
        Optional<byte[]> said = read("hook-failure");
        if (said.isEmpty() && !isStopMarked() && !Files.exists(path.resolve("stopping"))) {
            said = read("in-hook");
        }
        return said.map(text -> new String(text, UTF_8)); // whatever is in it, it is the end
    }

    Optional<byte[]> launch() throws IOException {
        return read("launch");
    }

    /** Takes the right to start; false when a supervisor has it. True again for who has it. */
    boolean claimStart() throws IOException {
        Path claim = path.resolve("started");
        try {
            Files.createDirectories(path);
            Files.createFile(claim);
        } catch (FileAlreadyExistsException _) {
            if (!Files.readString(claim, US_ASCII).equals(AGENT)) {
                return false;
            }
            DurableFiles.syncDirectory(path); // which may be what failed the last time
            return true;
        }
        signClaim(claim);
        DurableFiles.syncDirectory(path);
        return true;
    }

    /** So that a later agent knows it for ours. Without it, that one has to assume the worst. */
    private static void signClaim(Path claim) {
        try {
            Files.writeString(claim, AGENT, US_ASCII);
        } catch (IOException e) {
            LOG.warn("claim_not_signed file={}", claim, e);
        }
    }

    boolean isStarted() {
        return Files.exists(path.resolve("started"));
    }

    void markStop() throws IOException {
        Path mark = path.resolve("stop");
        if (!Files.exists(mark)) {
            Files.createDirectories(path); // that of an orphan is gone
            DurableFiles.write(mark, new byte[0]);
        }
    }

    boolean isStopMarked() {
        return Files.exists(path.resolve("stop"));
    }

    void writeEnd(byte[] end) throws IOException {
        Files.createDirectories(path); // that of an orphan is gone
        DurableFiles.write(path.resolve("end"), end);
    }

    Optional<byte[]> end() throws IOException {
        return read("end");
    }

    /** Boot id and {@code /proc/PID/stat} of the supervisor that started it. */
    Optional<SupervisorIdentity> supervisor() throws IOException {
        return text("supervisor", SUPERVISOR_BYTES).flatMap(SupervisorIdentity::parse);
    }

    Optional<Command> command() throws IOException {
        Optional<Long> pid = number("pid");
        return pid.isPresent()
                ? Optional.of(new Command(pid.get(), modifiedMs("pid")))
                : Optional.empty();
    }

    Optional<Exit> exit() throws IOException {
        Optional<Long> code = number("exit");
        return code.isPresent()
                ? Optional.of(new Exit(code.get().intValue(), modifiedMs("exit")))
                : Optional.empty();
    }

    /** Removes it and everything in it. */
    void delete() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            return;
        }
        Files.deleteIfExists(path);
    }

    private long modifiedMs(String name) throws IOException {
        return Files.getLastModifiedTime(path.resolve(name)).toMillis();
    }

    private Optional<Long> number(String name) throws IOException {
        return text(name, NUMBER_BYTES).map(Long::parseLong);
    }

    /** A record, once it is complete. */
    private Optional<String> text(String name, int bytes) throws IOException {
        return read(name)
                .map(content -> new String(content, US_ASCII))
                .filter(content -> content.length() == bytes && content.endsWith(COMPLETE))
                .map(content -> content.substring(0, bytes - COMPLETE.length()).strip());
    }

    private Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path.resolve(name)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}
