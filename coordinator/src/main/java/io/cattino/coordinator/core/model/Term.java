package io.cattino.coordinator.core.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is asked of a place. Terms of a device hold of accelerators only, not of the host
 * memory of a machine without; {@link Kind} may name that as well. What is not known of a place
 * holds for nothing.
 */
public sealed interface Term {
    /** What it is about, as people write it: {@code gpu.model}. */
    String key();

    /** As people write it: {@code gpu.model=A100|H100}. */
    String text();

    /** How a number or a version is compared. */
    enum Order {
        EQUAL("="),
        NOT_EQUAL("!="),
        AT_LEAST(">="),
        AT_MOST("<="),
        ABOVE(">"),
        BELOW("<");

        private final String sign;

        Order(String sign) {
            this.sign = sign;
        }

        /** As people write it. */
        public String sign() {
            return sign;
        }

        /**
         * Whether it holds.
         *
         * @param difference what there is, compared with what is asked for
         */
        boolean holds(int difference) {
            return switch (this) {
                case EQUAL -> difference == 0;
                case NOT_EQUAL -> difference != 0;
                case AT_LEAST -> difference >= 0;
                case AT_MOST -> difference <= 0;
                case ABOVE -> difference > 0;
                case BELOW -> difference < 0;
            };
        }
    }

    /** Asked of the node. */
    sealed interface OfNode extends Term {
        boolean holds(Node node);
    }

    /** Asked of each of the task's devices; of a task without, of one that the node has. */
    sealed interface OfDevice extends Term {
        boolean holds(DeviceInfo device);

        /** What a device has of it, for people; empty if that is not known. */
        String of(DeviceInfo device);
    }

    /** The node's name, as {@link Where#nodes} writes it. */
    record Name(boolean is, List<String> values) implements OfNode {
        public static final String KEY = "node";

        public Name {
            values = List.copyOf(values);
        }

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public boolean holds(Node node) {
            return is == Where.names(values, node.name());
        }

        @Override
        public String text() {
            return words(KEY, is, values);
        }
    }

    /**
     * A label of the node.
     *
     * @param is with values: whether it is to be one of them, or none (which no label is, either)
     * @param values none: {@code is} says whether the node is to have such a label
     */
    record Label(String label, boolean is, List<String> values) implements OfNode {
        public static final String PREFIX = "label.";

        public Label {
            values = List.copyOf(values);
        }

        @Override
        public String key() {
            return PREFIX + label;
        }

        @Override
        public boolean holds(Node node) {
            String has = node.inventory().labels().get(label);
            if (values.isEmpty()) {
                return is == (has != null);
            }
            for (String value : values) {
                if (has != null && Spelling.matches(value, has)) {
                    return is;
                }
            }
            return !is;
        }

        @Override
        public String text() {
            return values.isEmpty() ? (is ? "" : "!") + key() : words(key(), is, values);
        }
    }

    /** The device's model: each value stands for it, or for whole words of it, in any case. */
    record Model(boolean is, List<String> values) implements OfDevice {
        public static final String KEY = "gpu.model";

        public Model {
            values = List.copyOf(values);
        }

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public boolean holds(DeviceInfo device) {
            return !device.isHost() && is == isOne(device.model());
        }

        private boolean isOne(String model) {
            for (String value : values) {
                if (Spelling.matchesWords(value, model)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String of(DeviceInfo device) {
            return device.model();
        }

        @Override
        public String text() {
            return words(KEY, is, values);
        }
    }

    /** What drives the device, in any case: {@code cuda}. */
    record Kind(boolean is, List<String> values) implements OfDevice {
        public static final String KEY = "gpu.kind";

        public Kind {
            values = List.copyOf(values);
        }

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public boolean holds(DeviceInfo device) {
            for (String value : values) {
                if (Spelling.matchesAnyCase(value, device.kind())) {
                    return is;
                }
            }
            return !is && !device.isHost();
        }

        @Override
        public String of(DeviceInfo device) {
            return device.kind();
        }

        @Override
        public String text() {
            return words(KEY, is, values);
        }
    }

    /** All of the device's memory. */
    record Memory(Order order, long mib) implements OfDevice {
        public static final String KEY = "gpu.memory";

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public boolean holds(DeviceInfo device) {
            return !device.isHost() && order.holds(Long.compare(device.totalMib(), mib));
        }

        @Override
        public String of(DeviceInfo device) {
            return device.totalMib() + "MiB";
        }

        @Override
        public String text() {
            return KEY + order.sign() + mib + "MiB";
        }
    }

    /**
     * The version of the device's driver: numbers with points between them, compared one by one, as
     * many as the version has: 535.54.03 is 535, and at least 535.54.
     */
    record Driver(Order order, String version) implements OfDevice {
        public static final String KEY = "gpu.driver";

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public boolean holds(DeviceInfo device) {
            return !device.isHost()
                    && !device.driver().isEmpty()
                    && order.holds(compare(device.driver(), version));
        }

        private static int compare(String has, String asked) {
            String[] parts = has.split("\\.", -1);
            String[] wanted = asked.split("\\.", -1);
            for (int i = 0; i < wanted.length; i++) {
                int difference = Long.compare(number(parts, i), number(wanted, i));
                if (difference != 0) {
                    return difference;
                }
            }
            return 0;
        }

        /** Leading digits; what a driver says may be anything. */
        private static long number(String[] parts, int at) {
            long number = 0;
            String part = at < parts.length ? parts[at] : "";
            for (int i = 0; i < part.length() && i < 15; i++) {
                if (part.charAt(i) < '0' || part.charAt(i) > '9') {
                    break;
                }
                number = number * 10 + (part.charAt(i) - '0');
            }
            return number;
        }

        @Override
        public String of(DeviceInfo device) {
            return device.driver();
        }

        @Override
        public String text() {
            return KEY + order.sign() + version;
        }
    }

    private static String words(String key, boolean is, List<String> values) {
        return key
                + (is ? "=" : "!=")
                + values.stream().map(Term::quoted).collect(Collectors.joining("|"));
    }

    /** In quotes, if it would be read as something else without. */
    private static String quoted(String value) {
        boolean plain = value.chars().noneMatch(c -> "|\"',".indexOf(c) >= 0);
        String quote = value.indexOf('"') < 0 ? "\"" : "'";
        return plain || value.indexOf('[') >= 0 ? value : quote + value + quote;
    }
}
