package io.cattino.cli.show;

import io.cattino.cli.output.Fields;
import io.cattino.client.LearnedMemory;
import io.cattino.client.TaskInfo;
import io.cattino.client.Veto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What programs can read of why a task waits. */
final class WaitingFields {

    private WaitingFields() {}

    /**
     * Adds them.
     *
     * @param waiting of a thing; empty if it does not wait
     */
    static <T> Fields<T> add(Fields<T> fields, Function<T, Optional<Waiting>> waiting) {
        fields.add("ahead", thing -> get(waiting.apply(thing), it -> it.why().ahead()));
        fields.add(
                "ahead_tasks",
                thing ->
                        get(
                                waiting.apply(thing),
                                it -> it.ahead().stream().map(TaskInfo::fullname).toList()));
        fields.add("queued", thing -> get(waiting.apply(thing), it -> it.queue().size()));
        fields.add("passed_over", thing -> get(waiting.apply(thing), it -> it.why().passedOver()));
        fields.add(
                "vetoes",
                thing ->
                        get(
                                waiting.apply(thing),
                                it ->
                                        it.why().vetoes().stream()
                                                .map(WaitingFields::veto)
                                                .toList()));
        fields.add(
                "learned_memory",
                thing ->
                        get(
                                waiting.apply(thing),
                                it ->
                                        it.why().learnedMemory().stream()
                                                .map(WaitingFields::learned)
                                                .toList()));
        fields.add("helps", thing -> get(waiting.apply(thing), it -> new Helps(it).all()));
        return fields;
    }

    private static @Nullable Object get(
            Optional<Waiting> waiting, Function<Waiting, @Nullable Object> field) {
        return waiting.isEmpty() ? null : field.apply(waiting.get());
    }

    private static Map<String, @Nullable Object> veto(Veto veto) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("code", veto.code());
        object.put("node", veto.node());
        object.put("have", veto.have());
        object.put("want", veto.want());
        object.put("text", veto.text());
        return object;
    }

    private static Map<String, @Nullable Object> learned(LearnedMemory ask) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("model", ask.model());
        object.put("whole", ask.whole());
        object.put("mib", ask.mib());
        object.put("runs", ask.runs());
        object.put("highest_mib", ask.highestMib());
        object.put("similar", ask.similar());
        return object;
    }

    static List<String> why() {
        return List.of(
                "fullname",
                "status",
                "reason",
                "reason_text",
                "min_devices",
                "requires_memory_per_device",
                "priority",
                "ahead",
                "ahead_tasks",
                "queued",
                "passed_over",
                "vetoes",
                "helps");
    }
}
