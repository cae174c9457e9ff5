package io.cattino.agent.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the small files by which the kernel tells of devices. What is not there, is not readable or
 * makes no sense is empty: kernels differ in what they tell. Stateless; any thread; may block as
 * the driver behind a file does.
 */
public final class KernelFiles {

    private static final Logger LOG = LoggerFactory.getLogger(KernelFiles.class);

    private static final Pattern PCI_ADDRESS =
            Pattern.compile("[0-9a-f]{4,8}(:[0-9a-f]{2}){2}\\.[0-7]");

    private KernelFiles() {}

    /** What is in a file, without the white space around it; empty if that is nothing. */
    public static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("not_told file={}", file, e);
            return Optional.empty();
        }
    }

    /** A number in a file, if it is one and not below 0. */
    public static OptionalLong number(Path file) {
        return text(file).map(KernelFiles::number).orElse(OptionalLong.empty());
    }

    private static OptionalLong number(String text) {
        try {
            long number = Long.parseLong(text);
            return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** Lines of a name and a number, which may be as large as 64 bits without a sign allow. */
    public static Map<String, Long> properties(Path file) {
        Map<String, Long> properties = new HashMap<>();
        text(file).stream()
                .flatMap(String::lines)
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length == 2 && words[1].matches("\\d{1,20}"))
                .forEach(words -> {
                    try {
                        properties.put(words[0], Long.parseUnsignedLong(words[1]));
                    } catch (NumberFormatException e) {
                        LOG.debug("not_told property={} file={}", words[0], file, e);
                    }
                });
        return properties;
    }

    /** What is in a directory under a number, the smallest first. */
    public static List<Path> numbered(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> name(entry).matches("\\d{1,18}"))
                    .sorted(Comparator.comparingLong(entry -> Long.parseLong(name(entry))))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("not_told directory={}", directory, e);
            return List.of();
        }
    }

    /** Something in a directory whose name begins so, the first by name. */
    public static Optional<Path> first(Path directory, String start) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> name(entry).startsWith(start)).sorted().findFirst();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("not_told directory={}", directory, e);
            return Optional.empty();
        }
    }

    private static String name(Path entry) {
        return entry.getFileName().toString();
    }

    /**
     * The port of the PCI bus's root that a device is behind: devices behind the same one share a
     * switch. Empty if there is nothing between the device and the root, or nobody knows.
     *
     * @param device its directory
     */
    public static Optional<String> rootPort(Path device) {
        try {
            List<String> onTheBus =
                    StreamSupport.stream(device.toRealPath().spliterator(), false)
                            .map(Path::toString)
                            .filter(name -> PCI_ADDRESS.matcher(name).matches())
                            .toList();
            return onTheBus.size() > 1 ? Optional.of(onTheBus.getFirst()) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("not_told directory={}", device, e);
            return Optional.empty();
        }
    }

    /**
     * The NUMA node that a device is nearest to; the kernel says -1 where it does not know, or
     * where there is but one.
     *
     * @param device its directory
     */
    public static OptionalInt numaNode(Path device) {
        return small(number(device.resolve("numa_node")), 1);
    }

    /** A number as an int, in a unit that is so many times larger; empty if it is too large. */
    public static OptionalInt small(OptionalLong number, long part) {
        return number.isPresent() && number.getAsLong() / part <= Integer.MAX_VALUE
                ? OptionalInt.of((int) (number.getAsLong() / part))
                : OptionalInt.empty();
    }
}
