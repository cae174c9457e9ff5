package io.cattino.agent.probe.ascend;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code npu-smi info} prints: a table with two rows for each chip, and one with the
 * processes. Versions of it differ in their columns; rows that make no sense are passed over.
 *
 * @param version of the driver; empty if it is not told
 * @param chips in the order in which CANN counts them
 * @param processes that have memory of a chip
 */
record NpuTable(String version, List<Chip> chips, List<ProcessUse> processes) {

    /**
     * A chip.
     *
     * @param npu the card that it is on
     * @param chip which of that card
     * @param health {@code OK}, {@code Warning}, {@code Alarm}, {@code Critical} or another word
     * @param busId empty if it has none
     * @param milliwatts that the card draws, if it is told
     * @param celsius of the chip, if it is told
     * @param busyPercent of its cores, if it is told
     */
    record Chip(
            int npu,
            int chip,
            String name,
            String health,
            String busId,
            long usedMib,
            long totalMib,
            OptionalInt milliwatts,
            OptionalInt celsius,
            OptionalInt busyPercent) {}

    /** What a process has of a chip. */
    record ProcessUse(int npu, int chip, long pid, long mib) {}

    private static final Pattern VERSION = Pattern.compile("Version:\\s*([^\\s|]+)");
    private static final Pattern TWO = Pattern.compile("(\\d{1,4})\\s+(\\S.*)");
    private static final Pattern ONE_OR_TWO = Pattern.compile("(\\d{1,4})(\\s+(\\d{1,4}|-))?");
    private static final Pattern BUS =
            Pattern.compile("[0-9A-Fa-f]{4,8}(:[0-9A-Fa-f]{2}){2}\\.\\d");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{1,9})");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,5}(\\.\\d{1,3})?");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

    /** Reads it; what is no such table has no chips. */
    static NpuTable parse(String text) {
        Matcher version = VERSION.matcher(text);
        Reader reader = new Reader();
        text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("|"))
                .map(NpuTable::cells)
                .forEach(reader::row);
        return new NpuTable(
                version.find() ? version.group(1) : "",
                List.copyOf(reader.chips),
                List.copyOf(reader.processes));
    }

    private static List<String> cells(String line) {
        String[] parts = line.substring(1).split("\\|", -1);
        return Arrays.stream(parts).limit(parts.length - 1L).map(String::strip).toList();
    }

    /** Goes through the rows. */
    private static final class Reader {
        private final List<Chip> chips = new ArrayList<>();
        private final List<ProcessUse> processes = new ArrayList<>();
        private Optional<List<String>> firstRow = Optional.empty();
        private int pidAt = -1;
        private int memoryAt = -1;

        private void row(List<String> cells) {
            int pid = column(cells, "process id");
            if (pid >= 0) {
                pidAt = pid;
                memoryAt = column(cells, "memory");
            } else if (pidAt >= 0) {
                process(cells);
            } else if (firstRow.isPresent()) {
                chip(firstRow.get(), cells);
                firstRow = Optional.empty();
            } else if (cells.size() >= 3 && TWO.matcher(cells.getFirst()).matches()) {
                firstRow = Optional.of(cells);
            }
        }

        /** The first with this in its header; below 0: there is none. */
        private static int column(List<String> cells, String title) {
            for (int i = 0; i < cells.size(); i++) {
                if (cells.get(i).toLowerCase(Locale.ROOT).contains(title)) {
                    return i;
                }
            }
            return -1;
        }

        /** The memory of its own, where it has some, is in the last column. */
        private void chip(List<String> first, List<String> second) {
            Matcher card = TWO.matcher(first.getFirst());
            Matcher chip = ONE_OR_TWO.matcher(second.getFirst());
            if (second.size() < 3 || !card.matches() || !chip.matches()) {
                return;
            }
            Matcher share = SHARE.matcher(second.getLast());
            long used = 0;
            long total = 0;
            while (share.find()) {
                if (Long.parseLong(share.group(2)) > 0) {
                    used = Long.parseLong(share.group(1));
                    total = Long.parseLong(share.group(2));
                }
            }
            chips.add(
                    new Chip(
                            Integer.parseInt(card.group(1)),
                            Integer.parseInt(chip.group(1)),
                            card.group(2),
                            first.get(1),
                            BUS.matcher(second.get(1)).matches() ? second.get(1) : "",
                            used,
                            total,
                            number(first.get(2), 0, 1_000),
                            number(first.get(2), 1, 1),
                            number(second.get(2), 0, 1)));
        }

        /** One of the numbers in a cell, in a unit that is so many times smaller. */
        private static OptionalInt number(String cell, int at, int times) {
            String[] words = cell.split("\\s+", -1);
            return at < words.length && DECIMAL.matcher(words[at]).matches()
                    ? OptionalInt.of(
                            new BigDecimal(words[at])
                                    .multiply(BigDecimal.valueOf(times))
                                    .intValue())
                    : OptionalInt.empty();
        }

        private void process(List<String> cells) {
            if (cells.size() <= Math.max(pidAt, memoryAt) || memoryAt < 0) {
                return; // "No running processes found in NPU 0"
            }
            Matcher where = ONE_OR_TWO.matcher(cells.getFirst());
            String pid = cells.get(pidAt);
            String mib = cells.get(memoryAt);
            if (where.matches() && NUMBER.matcher(pid).matches() && NUMBER.matcher(mib).matches()) {
                String chip = where.group(3);
                processes.add(
                        new ProcessUse(
                                Integer.parseInt(where.group(1)),
                                chip == null || chip.equals("-") ? 0 : Integer.parseInt(chip),
                                Long.parseLong(pid),
                                Long.parseLong(mib)));
            }
        }
    }
}
