package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.OverUsePolicy;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One of the cluster's settings, as people read and write it: the one table of them. Immutable; any
 * thread.
 *
 * @param allowed what values it takes, for people
 * @param description what it does
 * @param read its value as text
 * @param write all settings with that value; throws IllegalArgumentException if it takes no such
 *     value
 */
public record ClusterSetting(
        String key,
        String allowed,
        String description,
        Function<Settings, String> read,
        BiFunction<Settings, String, Settings> write) {
    private static final String AUTO = "auto";
    private static final String NUMBER = "a whole number from 0 on";
    private static final String BOOLEAN = "one of: true, false";

    /** Every setting, in the order in which they are shown. */
    public static final List<ClusterSetting> ALL =
            List.of(
                    new ClusterSetting(
                            "override-exist-tasks",
                            "one of: forbid, allow, rename",
                            "What happens when a submitted name exists: forbid, allow (replaces ended tasks), rename.",
                            s -> s.overrideExistTasks().name().toLowerCase(Locale.ROOT),
                            (s, value) ->
                                    s.withOverrideExistTasks(
                                            OverrideMode.valueOf(value.toUpperCase(Locale.ROOT)))),
                    new ClusterSetting(
                            "cascade-cancel-on-failure",
                            BOOLEAN,
                            "Whether a task's failure cancels those that wait for it: true, false.",
                            s -> Boolean.toString(s.cascadeCancelOnFailure()),
                            (s, value) -> s.withCascadeCancelOnFailure(bool(value))),
                    new ClusterSetting(
                            "shutdown-on-complete",
                            BOOLEAN,
                            "Whether a server on one machine ends when nothing is left to run: true, false.",
                            s -> Boolean.toString(s.shutdownOnComplete()),
                            (s, value) -> s.withShutdownOnComplete(bool(value))),
                    new ClusterSetting(
                            "retry-limit",
                            NUMBER,
                            "How often exit code 100 starts a task again before it fails; 0: no limit.",
                            s -> Integer.toString(s.retryLimit()),
                            (s, value) -> s.withRetryLimit(number(value))),
                    new ClusterSetting(
                            "keep-finished",
                            NUMBER,
                            "How many ended tasks are kept at most; 30 days at most.",
                            s -> Integer.toString(s.keepFinished()),
                            (s, value) -> s.withKeepFinished(number(value))),
                    new ClusterSetting(
                            "on-disconnect",
                            "one of: auto, requeue, wait, fail",
                            "What becomes of a running task whose node stays out of contact, if the task does not say: requeue (starts again elsewhere), wait (for the node), fail, auto (wait with one coordinator, requeue with several).",
                            s -> word(s.loss().onDisconnect()),
                            (s, value) -> s.withLoss(s.loss().with(onDisconnect(value)))),
                    new ClusterSetting(
                            "lost-after",
                            "15s to 30d, as in 300s, 5m, 1h",
                            "How long a node may be out of contact before on-disconnect is applied, if the task does not say.",
                            s -> s.loss().lostAfterOrDefaultMs() / 1_000 + "s",
                            (s, value) -> s.withLoss(s.loss().after(lengthMs(value)))),
                    new ClusterSetting(
                            "over-use",
                            "one of: warn, protect, kill",
                            "What becomes of a task that uses more device memory than it asked for: warn (told), protect (told, and killed as soon as others on the device could not have what they were promised), kill (told, and stopped after 10 s).",
                            s -> s.overUse().name().toLowerCase(Locale.ROOT),
                            (s, value) ->
                                    s.withOverUse(
                                            OverUsePolicy.valueOf(
                                                    value.toUpperCase(Locale.ROOT)))));

    /** The setting of that name. */
    public static Optional<ClusterSetting> of(String key) {
        return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    static List<String> keys() {
        return ALL.stream().map(ClusterSetting::key).toList();
    }

    private static boolean bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(value);
        };
    }

    private static String word(OnDisconnect value) {
        return value == OnDisconnect.DEFAULT ? AUTO : value.name().toLowerCase(Locale.ROOT);
    }

    private static OnDisconnect onDisconnect(String value) {
        String word = value.toLowerCase(Locale.ROOT);
        if (word.equals(AUTO)) {
            return OnDisconnect.DEFAULT;
        }
        OnDisconnect known = OnDisconnect.valueOf(value.toUpperCase(Locale.ROOT));
        if (known == OnDisconnect.DEFAULT) {
            throw new IllegalArgumentException(value);
        }
        return known;
    }

    /** Of a number with a unit; without one, of seconds. */
    private static long lengthMs(String value) {
        int end = value.length() - 1;
        long unit =
                switch (value.isEmpty() ? ' ' : value.charAt(end)) {
                    case 's' -> 1_000;
                    case 'm' -> 60_000;
                    case 'h' -> 3_600_000;
                    case 'd' -> 86_400_000;
                    default -> 0;
                };
        String number = unit == 0 ? value : value.substring(0, end);
        long ms =
                Math.clamp(Long.parseLong(number), 0, LossPolicy.LONGEST_MS)
                        * Math.max(1_000, unit);
        if (ms < LossPolicy.SHORTEST_MS || ms > LossPolicy.LONGEST_MS) {
            throw new IllegalArgumentException(value);
        }
        return ms;
    }

    private static int number(String value) {
        int number = Integer.parseInt(value);
        if (number < 0) {
            throw new IllegalArgumentException(value);
        }
        return number;
    }
}
