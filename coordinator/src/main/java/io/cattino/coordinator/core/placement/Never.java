package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.Similar;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Where;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Why no node that is known could ever hold a task, for people.
 *
 * @param text what no node has
 * @param meant names that were meant, perhaps
 * @param corrected terms, or names of nodes, with the first of those; empty if there is none
 */
public record Never(String text, List<String> meant, String corrected) {
    private static final int SHOWN = 8;

    /** Characters of what a task says, at most. */
    private static final int LONGEST = 200;

    public Never {
        meant = List.copyOf(meant);
    }

    private Never(String text) {
        this(text, List.of(), "");
    }

    /** {@code did you mean: H200 ?}; may be empty. */
    public String spelling() {
        return meant.isEmpty() ? "" : "did you mean: " + String.join(", ", meant) + " ?";
    }

    /** Says it of a task that none of these nodes, of which there are some, could hold. */
    public static Never of(TaskSpec spec, Collection<Node> nodes) {
        return nowhere(spec.where(), nodes)
                .or(() -> tooFew(spec, nodes))
                .orElseGet(() -> new Never(tooSmall(spec, nodes)));
    }

    /**
     * A name that is none.
     *
     * @param right makes the term right with the name that was meant
     */
    private record Slip(String text, List<String> meant, UnaryOperator<String> right) {
        /** One of which nobody can tell what was meant. */
        Slip(String text) {
            this(text, List.of(), name -> name);
        }

        Never in(List<Term> terms, Term term) {
            return new Never(
                    text,
                    meant,
                    meant.isEmpty()
                            ? ""
                            : terms.stream()
                                    .map(each ->
                                            each.equals(term)
                                                    ? right.apply(meant.getFirst())
                                                    : each.text())
                                    .collect(Collectors.joining(",")));
        }
    }

    private static List<String> withFirst(String name, List<String> names) {
        List<String> others = new ArrayList<>(names);
        others.set(0, name);
        return others;
    }

    /** Nothing is as the task says where it may run. */
    private static Optional<Never> nowhere(Where where, Collection<Node> nodes) {
        if (nodes.stream().noneMatch(node -> where.lists(node.name()))) {
            return Optional.of(unlisted(where, nodes));
        }
        for (Term term : where.must()) {
            if (nodes.stream().noneMatch(node -> has(node, List.of(term)))) {
                return Optional.of(slip(term, nodes).in(where.must(), term));
            }
        }
        boolean somewhere =
                nodes.stream()
                        .anyMatch(node -> Reach.takes(where, node) && has(node, where.must()));
        return somewhere
                ? Optional.empty()
                : Optional.of(new Never("no node has all of " + brief(where.text())));
    }

    /** Whether the terms hold of the node, and those of devices of one that it has. */
    private static boolean has(Node node, List<Term> terms) {
        for (Term term : terms) {
            if (term instanceof Term.OfNode asked && !asked.holds(node)) {
                return false;
            }
        }
        return terms.stream().noneMatch(Term.OfDevice.class::isInstance)
                || node.inventory().devices().stream()
                        .anyMatch(device -> Reach.holds(terms, device));
    }

    private static Never unlisted(Where where, Collection<Node> nodes) {
        TreeSet<String> known = new TreeSet<>();
        nodes.forEach(node -> known.add(node.name()));
        if (where.nodes().isEmpty()) {
            return new Never("every node is excluded: " + some(known));
        }
        for (String pattern : where.nodes()) {
            boolean there =
                    nodes.stream()
                            .anyMatch(node -> new Term.Name(true, List.of(pattern)).holds(node));
            if (!there) {
                List<String> meant = Similar.to(pattern, known);
                return new Never(
                        "no node is named '%s'; known: %s".formatted(brief(pattern), some(known)),
                        meant,
                        meant.isEmpty()
                                ? ""
                                : where.nodes().stream()
                                        .map(each -> each.equals(pattern) ? meant.getFirst() : each)
                                        .collect(Collectors.joining(",")));
            }
        }
        return new Never("every node of the list is excluded: " + brief(where.text()));
    }

    private static Slip slip(Term term, Collection<Node> nodes) {
        return switch (term) {
            case Term.Label label -> label(label, nodes);
            case Term.Name name -> new Slip("no node has " + named(name));
            case Term.OfDevice asked -> {
                Set<String> known = new TreeSet<>();
                nodes.forEach(node -> {
                    for (DeviceInfo device : node.inventory().devices()) {
                        String value = asked.of(device);
                        if (!value.isEmpty() && (!device.isHost() || term instanceof Term.Kind)) {
                            known.add(value);
                        }
                    }
                });
                String text =
                        known.isEmpty()
                                ? "; none is known"
                                : "; known: " + some(inOrder(asked, known));
                yield word("no node has " + named(term) + text, asked, known);
            }
        };
    }

    private static Slip word(String text, Term.OfDevice term, Set<String> known) {
        return switch (term) {
            case Term.Model(boolean is, var values) when is ->
                    new Slip(
                            text,
                            similar(values.getFirst(), known),
                            name -> new Term.Model(true, withFirst(name, values)).text());
            case Term.Kind(boolean is, var values) when is ->
                    new Slip(
                            text,
                            similar(values.getFirst(), known),
                            name -> new Term.Kind(true, withFirst(name, values)).text());
            case Term.Model _, Term.Kind _, Term.Memory _, Term.Driver _ -> new Slip(text);
        };
    }

    /** Numbers by size, words by name. */
    private static Collection<String> inOrder(Term.OfDevice term, Set<String> known) {
        return switch (term) {
            case Term.Model _, Term.Kind _ -> known;
            case Term.Memory _, Term.Driver _ ->
                    known.stream()
                            .sorted((a, b) ->
                                    a.length() == b.length()
                                            ? a.compareTo(b)
                                            : Integer.compare(a.length(), b.length()))
                            .toList();
        };
    }

    private static Slip label(Term.Label label, Collection<Node> nodes) {
        Set<String> keys = new TreeSet<>();
        Set<String> values = new TreeSet<>();
        for (Node node : nodes) {
            keys.addAll(node.inventory().labels().keySet());
            String value = node.inventory().labels().get(label.label());
            if (value != null) {
                values.add(value);
            }
        }
        if (!values.isEmpty()) {
            String text = "no node has " + named(label) + "; known: " + some(values);
            List<String> asked = label.values();
            return label.is() && !asked.isEmpty()
                    ? new Slip(
                            text,
                            Similar.to(asked.getFirst(), values),
                            name ->
                                    new Term.Label(label.label(), true, withFirst(name, asked))
                                            .text())
                    : new Slip(text);
        }
        return new Slip(
                "no node has a label '%s'; ".formatted(label.label())
                        + (keys.isEmpty() ? "none has any" : "labels there are: " + some(keys)),
                Similar.to(label.label(), keys),
                name -> new Term.Label(name, label.is(), label.values()).text());
    }

    /** Of words, also the words that a model's name consists of: people leave the maker out. */
    private static List<String> similar(String asked, Set<String> known) {
        Map<String, String> candidates = new TreeMap<>();
        for (String name : known) {
            candidates.put(name.toLowerCase(Locale.ROOT), name);
            for (String word : name.split("[^A-Za-z0-9]+", -1)) {
                if (!word.isEmpty()) {
                    candidates.putIfAbsent(word.toLowerCase(Locale.ROOT), word);
                }
            }
        }
        return Similar.to(asked.toLowerCase(Locale.ROOT), candidates.keySet()).stream()
                .map(near -> candidates.getOrDefault(near, near))
                .toList();
    }

    /** {@code gpu.model 'H2O0'}, {@code gpu.memory>=80000MiB}. */
    private static String named(Term term) {
        String asked = Elsewhere.asked(term);
        return term.text().equals(term.key() + "=" + asked)
                ? term.key() + " '" + brief(asked) + "'"
                : brief(term.text());
    }

    private static String some(Collection<String> names) {
        List<String> shown = names.stream().limit(SHOWN).toList();
        return String.join(", ", shown)
                + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }

    /** There are such devices, but not so many on one node. */
    private static Optional<Never> tooFew(TaskSpec spec, Collection<Node> nodes) {
        List<Term> must = spec.where().must();
        int needed = Reach.needed(spec, must);
        if (must.stream().noneMatch(Term.OfDevice.class::isInstance)) {
            return Optional.empty();
        }
        long most = 0;
        for (Node node : nodes) {
            if (Reach.takes(spec.where(), node)) {
                most = Math.max(most, matching(spec, node).size());
            }
        }
        return most >= needed
                ? Optional.empty()
                : Optional.of(
                        new Never(
                                "%s asked, no node has more than %d such"
                                        .formatted(describe(spec), most)));
    }

    private static List<DeviceInfo> matching(TaskSpec spec, Node node) {
        return node.inventory().devices().stream()
                .filter(device -> Reach.holds(spec.where().must(), device))
                .toList();
    }

    private static String tooSmall(TaskSpec spec, Collection<Node> nodes) {
        long largest = 0;
        int most = 0;
        int cpus = 0;
        String where = "";
        for (Node node : nodes) {
            if (!Reach.takes(spec.where(), node)) {
                continue;
            }
            List<DeviceInfo> devices = matching(spec, node);
            for (DeviceInfo device : devices) {
                if (device.totalMib() > largest) {
                    largest = device.totalMib();
                    where = device.model() + " with " + largest + " MiB (" + node.name() + ")";
                }
            }
            most = Math.max(most, devices.size());
            cpus = Math.max(cpus, node.inventory().cpus());
        }
        String such = spec.where().takesAny() ? "" : " such";
        return describe(spec)
                + " asked, "
                + (where.isEmpty()
                        ? "no node has a device"
                        : "the largest%s device is %s, no node has more than %d"
                                .formatted(such, where, most))
                + (spec.cpus() > cpus
                        ? ", no%s node has more than %d cores".formatted(such, cpus)
                        : "");
    }

    /** {@code 2 devices × 20000 MiB, 4 cores, gpu.model=A100}. */
    public static String describe(TaskSpec spec) {
        List<String> parts = new ArrayList<>();
        parts.add(
                switch (spec.devices()) {
                    case DeviceNeed.None _ -> "no device";
                    case DeviceNeed.Whole(int count) -> count + plural(count, " whole device");
                    case DeviceNeed.Shared(int count, MemoryAsk.Mib(long mib)) ->
                            count + plural(count, " device") + " × " + mib + " MiB";
                    case DeviceNeed.Shared(int count, MemoryAsk.Share(int ppm)) ->
                            count + plural(count, " device") + " × " + percent(ppm) + " %";
                    case DeviceNeed.Shared(int count, MemoryAsk.Auto _) ->
                            count + plural(count, " device") + " × auto";
                    case DeviceNeed.Shared(int count, MemoryAsk.Learned _) ->
                            count + plural(count, " device") + " × auto";
                });
        if (spec.cpus() > 0) {
            parts.add(spec.cpus() + plural(spec.cpus(), " core"));
        }
        if (!spec.where().takesAny()) {
            parts.add(brief(spec.where().text()));
        }
        return String.join(", ", parts);
    }

    private static String brief(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " ...";
    }

    /** Of parts per million: {@code 50}, {@code 0.5}. */
    private static String percent(int ppm) {
        int fraction = ppm % 10_000;
        String decimals = fraction == 0 ? "" : ".%04d".formatted(fraction).replaceAll("0+$", "");
        return ppm / 10_000 + decimals;
    }

    private static String plural(int count, String word) {
        return count == 1 ? word : word + "s";
    }
}
