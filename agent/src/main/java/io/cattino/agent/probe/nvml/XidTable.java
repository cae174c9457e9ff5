package io.cattino.agent.probe.nvml;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What becomes of a card, by the code of an Xid error. A code that is not in the table is shown and
 * changes nothing: it may be of a newer driver, or mean no harm. Immutable.
 */
public final class XidTable {

    /**
     * By the immediate action of NVIDIA's catalog (docs.nvidia.com/deploy/xid-errors, "Analyzing
     * Xid Errors with the Xid Catalog", for cards from A100 on): where that is to ignore it or to
     * restart the application, the card is as good as before; where the card, the machine or its
     * virtual machine has to be reset, or its cables looked at, it is out of use until then. 48 and
     * 74, for which the catalog has a workflow, need a reset by what it says of them. What has its
     * action in a part of the error that NVML does not tell (144 to 150) is not in the table.
     * Engines of video and copy have many numbers of one kind, which are left out as well.
     */
    private static final String CATALOG =
            """
               8 ignore     a channel stopped
              11 ignore     an invalid stream of commands
              13 ignore     an exception of the graphics engine
              14 ignore     an injected error
              25 ignore     an invalid stream of commands
              31 ignore     a page fault of an application
              32 ignore     an invalid stream of commands
              37 ignore     an error of firmware
              38 ignore     an error of firmware
              39 ignore     an error of a copy engine
              40 ignore     an error of a copy engine
              41 ignore     an error of a copy engine
              43 ignore     an application was stopped by an error of its own
              44 ignore     a fault at a context switch
              45 ignore     an application was cleared away
              46 quarantine the GPU does not stop
              48 quarantine an uncorrectable memory error
              54 quarantine its power is not connected
              60 ignore     an error of the video processor
              62 quarantine its microcontroller has halted
              63 ignore     a row of memory was remapped
              64 quarantine a row of memory could not be remapped
              66 ignore     an illegal access by the driver
              67 ignore     an illegal access by the driver
              68 ignore     an error of a video decoder
              69 ignore     an error of the graphics engine
              74 quarantine an error of NVLink
              78 ignore     a vGPU could not be started
              79 quarantine the GPU has fallen off the bus
              80 ignore     corrupted data was sent to the GPU
              92 ignore     many corrected memory errors
              93 ignore     its InfoROM is write-protected
              94 ignore     a memory error contained to an application
              95 quarantine a memory error not contained
             109 quarantine a context switch does not end
             110 quarantine a security fault
             119 quarantine its GSP does not answer
             120 quarantine an error of its GSP
             121 ignore     corrected errors of the link to the CPU
             136 quarantine a link could not be trained
             137 ignore     a fault over NVLink
             140 quarantine an uncorrectable memory error that could not be dealt with
             141 ignore     an error of the fast path
             143 quarantine the GPU could not be initialized
             151 quarantine the keys could not be rotated
             154 ignore     what would help it has changed
             155 quarantine a link is down
             156 quarantine a part of it is to be retired
             157 ignore     a part of it could not be retired
             158 quarantine the GPU does not answer
             160 ignore     a channel was retired
             161 ignore     a channel could not be retired
            """;

    private static final Pattern LINE = Pattern.compile("(\\d+) (\\w+) +(.+)");
    private static final Pattern CHANGE = Pattern.compile("(\\d{1,9})=(\\w+)");

    /** By that catalog. */
    public static final XidTable DEFAULT = new XidTable(catalog());

    private final Map<Integer, Entry> entries;

    private record Entry(XidAction action, String text) {}

    private XidTable(Map<Integer, Entry> entries) {
        this.entries = entries;
    }

    private static Map<Integer, Entry> catalog() {
        return CATALOG.lines()
                .map(String::strip)
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .collect(
                        Collectors.toMap(
                                line -> Integer.valueOf(line.group(1)),
                                line -> new Entry(action(line.group(2)), line.group(3))));
    }

    /**
     * The default with changes: {@code 13=quarantine,74=ignore}.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static XidTable parse(String changes) {
        Map<Integer, Entry> entries = new TreeMap<>(DEFAULT.entries);
        for (String change : changes.split(",", -1)) {
            Matcher matcher = CHANGE.matcher(change.strip());
            if (!matcher.matches() || !isAction(matcher.group(2))) {
                throw new IllegalArgumentException(
                        "bad Xid actions '%s': '%s' is not CODE=ACTION; actions are %s; write for example 13=quarantine,74=ignore"
                                .formatted(changes, change, actions()));
            }
            int code = Integer.parseInt(matcher.group(1));
            entries.merge(
                    code,
                    new Entry(action(matcher.group(2)), ""),
                    (old, changed) -> new Entry(changed.action(), old.text()));
        }
        return new XidTable(entries);
    }

    private static XidAction action(String word) {
        return XidAction.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static boolean isAction(String word) {
        return Arrays.stream(XidAction.values()).anyMatch(it -> it.name().equalsIgnoreCase(word));
    }

    private static String actions() {
        return Arrays.stream(XidAction.values())
                .map(action -> action.name().toLowerCase(Locale.ROOT))
                .collect(joining(", "));
    }

    /** What becomes of the card. */
    public XidAction action(int code) {
        return Optional.ofNullable(entries.get(code)).map(Entry::action).orElse(XidAction.IGNORE);
    }

    /** {@code Xid 79 on GPU 3: the GPU has fallen off the bus}. */
    public String text(int code, int device) {
        return text(code).replaceFirst("^Xid \\d+", "$0 on GPU " + device);
    }

    /** {@code Xid 79: the GPU has fallen off the bus}; of one that is not known, its number. */
    public String text(int code) {
        String text = Optional.ofNullable(entries.get(code)).map(Entry::text).orElse("");
        return text.isEmpty() ? "Xid " + code : "Xid " + code + ": " + text;
    }
}
