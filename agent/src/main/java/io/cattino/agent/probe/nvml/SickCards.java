package io.cattino.agent.probe.nvml;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.store.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cards that are out of use since an Xid error, over restarts of the agent: in a file, a line
 * for each. A card is well again when it answers and something proves that it was reset since:
 * another boot, or a counter that the driver begins anew when it is loaded. Thread-safe: the watch
 * tells, the probe looks.
 */
public final class SickCards {

    private static final Logger LOG = LoggerFactory.getLogger(SickCards.class);

    private static final String HEAD =
            "# Cards that get nothing new: uuid, Xid, boot, millijoules, ECC errors (- if not known)."
                    + " One that is well: meow undrain NODE --gpu INDEX.";

    private static final String UNKNOWN = "-";

    private final Path file;
    private final XidTable table;
    private final String bootId;

    @GuardedBy("this")
    private final Map<String, Sick> sick = new TreeMap<>();

    @GuardedBy("this")
    private final Map<String, Signs> newest = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, Integer> lastXid = new HashMap<>();

    /**
     * Counters of a card that begin anew when its driver is loaded or it is reset.
     *
     * @param energyMillijoules that it drew
     * @param eccErrors that were not corrected
     */
    record Signs(OptionalLong energyMillijoules, OptionalLong eccErrors) {
        static final Signs NONE = new Signs(OptionalLong.empty(), OptionalLong.empty());

        /** Whether one of them is less than it was, so that it has begun anew. */
        boolean prove(Signs before) {
            return less(energyMillijoules, before.energyMillijoules)
                    || less(eccErrors, before.eccErrors);
        }

        private static boolean less(OptionalLong now, OptionalLong before) {
            return now.isPresent() && before.isPresent() && now.getAsLong() < before.getAsLong();
        }
    }

    private record Sick(int xid, String bootId, Signs signs) {}

    /**
     * Reads what an earlier agent left.
     *
     * @param file may be missing
     * @param bootId of the machine
     * @throws IOException if it is there and cannot be read: which cards are sick is not known then
     */
    public SickCards(Path file, XidTable table, String bootId) throws IOException {
        this.file = file;
        this.table = table;
        this.bootId = bootId;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    read(line);
                }
            }
        }
    }

    private synchronized void read(String line) throws IOException {
        String[] parts = line.strip().split("\\s+", -1);
        try {
            if (parts.length == 5) {
                Signs signs = new Signs(number(parts[3]), number(parts[4]));
                sick.put(parts[0], new Sick(Integer.parseInt(parts[1]), parts[2], signs));
                return;
            }
        } catch (NumberFormatException e) {
            throw new IOException(wrong(line), e);
        }
        throw new IOException(wrong(line));
    }

    private String wrong(String line) {
        return file
                + ": '"
                + line
                + "' is not 'uuid xid boot millijoules ecc'; remove the line, or the file";
    }

    private static OptionalLong number(String text) {
        return text.equals(UNKNOWN) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /** What Xid errors mean here. */
    XidTable table() {
        return table;
    }

    /** The driver reports an Xid. */
    synchronized void xid(String uuid, int code) {
        lastXid.put(uuid, code);
        if (table.action(code) != XidAction.QUARANTINE) {
            LOG.warn("xid uuid={} code={}: {}", uuid, code, table.text(code));
            return;
        }
        Signs signs = newest.getOrDefault(uuid, Signs.NONE);
        LOG.error(
                "card_sick uuid={} code={}: {}. Nothing new is placed on it before it was reset;"
                        + " what runs on it is left alone",
                uuid,
                code,
                table.text(code));
        // The first is the cause, and what follows is mostly its consequence.
        if (sick.putIfAbsent(uuid, new Sick(code, bootId, signs)) == null) {
            write();
        }
    }

    /** A card answers, with these counters: is it well? */
    synchronized void answers(String uuid, Signs signs) {
        Signs before = newest.put(uuid, signs);
        Sick known = sick.get(uuid);
        if (known != null
                && (!known.bootId().equals(bootId)
                        || signs.prove(known.signs())
                        || (before != null && signs.prove(before)))) {
            sick.remove(uuid);
            write();
            LOG.info("card_well uuid={}: it was reset since Xid {}", uuid, known.xid());
        }
    }

    /** An operator says that it is well. */
    synchronized void forgive(String uuid) {
        Sick known = sick.remove(uuid);
        if (known != null) {
            write();
            LOG.info("card_well uuid={}: an operator says so, after Xid {}", uuid, known.xid());
        }
    }

    /** Why it is sick, for people; empty if it is not. */
    synchronized Optional<String> reason(String uuid) {
        return Optional.ofNullable(sick.get(uuid)).map(known -> table.text(known.xid()));
    }

    /** Its newest since the agent started. */
    synchronized OptionalInt lastXid(String uuid) {
        Integer code = lastXid.get(uuid);
        return code == null ? OptionalInt.empty() : OptionalInt.of(code);
    }

    @GuardedBy("this")
    private void write() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        sick.forEach((uuid, known) ->
                text.append(
                        "%s %d %s %s %s\n"
                                .formatted(
                                        uuid,
                                        known.xid(),
                                        known.bootId(),
                                        text(known.signs().energyMillijoules()),
                                        text(known.signs().eccErrors()))));
        try {
            DurableFiles.write(file, text.toString().getBytes(UTF_8));
        } catch (IOException e) {
            LOG.error("sick_cards_not_kept: a restart of the agent forgets {}", sick.keySet(), e);
        }
    }

    private static String text(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : UNKNOWN;
    }
}
