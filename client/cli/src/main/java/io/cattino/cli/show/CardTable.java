package io.cattino.cli.show;

import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.output.Widths;
import io.cattino.client.DeviceInfo;
import io.cattino.client.DeviceTelemetry;
import io.cattino.client.Squatter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Cards below their machines, for people. */
final class CardTable {

    private static final int NARROWEST = 12;

    /** Columns for who is on a card before there are any for what it tells of itself. */
    private static final int NAMES = 20;

    private final Output output;
    private final Detail detail;

    /** How much is told of a card. */
    enum Detail {
        /** A line. */
        LINE,
        /** With a line for each attempt on it, and each process that is no task's. */
        PROCESSES,
        /** And with what it is. */
        ALL
    }

    CardTable(Output output, Detail detail) {
        this.output = output;
        this.detail = detail;
    }

    List<String> lines(List<Card> cards, Look look) {
        List<String> lines = new ArrayList<>();
        Map<String, List<Card>> nodes = new LinkedHashMap<>();
        cards.forEach(card ->
                nodes.computeIfAbsent(card.node().name(), _ -> new ArrayList<>()).add(card));
        Sizes all = Sizes.of(cards);
        Sizes sizes = all.leaving(look.width() - all.bare() - NAMES);
        for (List<Card> together : nodes.values()) {
            if (look.header()) {
                lines.add(header(together, look));
            }
            together.forEach(card -> lines.addAll(card(card, sizes, look)));
        }
        if (look.header()) {
            lines.add(Widths.cut(MemoryBar.LEGEND, look.width()));
        }
        return lines;
    }

    /** How wide the columns are; no reading: it is told of no card, or there is no room. */
    private record Sizes(int index, int model, int mib, List<Reading> readings) {
        static Sizes of(List<Card> cards) {
            int index = 0;
            int model = 0;
            long mib = 0;
            for (Card card : cards) {
                index = Math.max(index, Integer.toString(card.device().index()).length());
                model = Math.max(model, Widths.of(Text.oneLine(card.device().model())));
                mib = Math.max(mib, card.device().totalMib());
            }
            return new Sizes(index, model, Long.toString(mib).length(), Reading.of(cards));
        }

        /** Of a line without readings and without who is on the card. */
        int bare() {
            return " [] ".length()
                    + index
                    + model
                    + "  ".length()
                    + 2 * mib
                    + " /  MiB  ".length()
                    + MemoryBar.CELLS
                    + "  ".length();
        }

        int readingsWidth() {
            return readings.stream().mapToInt(Reading::width).sum();
        }

        /** With as many readings as leave so much room, the last ones left out first. */
        Sizes leaving(int room) {
            Sizes sizes = this;
            int kept = readings.size();
            while (kept > 0 && sizes.readingsWidth() > room) {
                kept--;
                sizes = new Sizes(index, model, mib, readings.subList(0, kept));
            }
            return sizes;
        }
    }

    /** Something that cards tell of themselves, in a column of its own. */
    private enum Reading {
        TEMPERATURE(5),
        UTILIZATION(5),
        POWER(6);

        private final int cells;

        Reading(int cells) {
            this.cells = cells;
        }

        static List<Reading> of(List<Card> cards) {
            return Arrays.stream(values())
                    .filter(reading -> cards.stream().anyMatch(card -> !reading.of(card).isEmpty()))
                    .toList();
        }

        private String of(Card card) {
            DeviceTelemetry told = card.device().telemetry();
            return switch (this) {
                case TEMPERATURE -> text(told.temperatureCelsius(), "%d°C");
                case UTILIZATION -> text(told.utilizationPercent(), "%d %%");
                case POWER -> text(watts(told.powerMilliwatts()), "%d W");
            };
        }

        int width() {
            return cells + 2;
        }

        /** To the right in its column. */
        String cell(Card card) {
            String told = of(card);
            return " ".repeat(Math.max(0, cells - Widths.of(told))) + told + "  ";
        }

        private static String text(@Nullable Integer value, String form) {
            return value == null ? "" : form.formatted(value);
        }

        private static @Nullable Integer watts(@Nullable Integer milliwatts) {
            return milliwatts == null ? null : Math.round(milliwatts / 1000f);
        }
    }

    private String header(List<Card> cards, Look look) {
        var node = cards.getFirst().node();
        long free = NodeFields.free(cards.stream().map(Card::device).toList());
        Instant seen = node.lastSeenTime();
        String said =
                "  %s, %d free%s%s"
                        .formatted(
                                Text.count(cards.size(), "GPU"),
                                free,
                                driver(cards),
                                seen == null
                                        ? ""
                                        : ", seen " + Times.rough(output.since(seen)) + " ago");
        var state = NodeFields.stateCell(node);
        return Colour.BOLD.paint(Text.oneLine(node.name()), look.colours())
                + "  "
                + state.colour().paint(state.text(), look.colours())
                + Colour.DIM.paint(said, look.colours());
    }

    /** That of all of them; one machine has one, but a node may have cards that have none. */
    private static String driver(List<Card> cards) {
        List<String> drivers =
                cards.stream().map(card -> card.device().driver()).distinct().toList();
        return drivers.size() == 1 && !drivers.getFirst().isEmpty()
                ? ", driver " + Text.oneLine(drivers.getFirst())
                : "";
    }

    private List<String> card(Card card, Sizes sizes, Look look) {
        DeviceInfo device = card.device();
        MemoryBar bar = MemoryBar.of(device);
        long shown = Math.max(device.usedMib(), bar.taken());
        String mib = Long.toString(shown);
        String total = Long.toString(device.totalMib());
        String index = Integer.toString(device.index());
        String left =
                " [%s]%s %s  %s%s / %s MiB  "
                        .formatted(
                                index,
                                " ".repeat(sizes.index() - index.length()),
                                Widths.pad(Text.oneLine(device.model()), sizes.model()),
                                sizes.readings().stream()
                                        .map(reading -> reading.cell(card))
                                        .collect(Collectors.joining()),
                                " ".repeat(sizes.mib() - mib.length()) + mib,
                                " ".repeat(sizes.mib() - total.length()) + total);
        int room = look.width() - Widths.of(left) - MemoryBar.CELLS - 2;
        String who = room < NARROWEST ? "" : "  " + Widths.cut(who(card), room);
        List<String> lines = new ArrayList<>();
        lines.add((left + bar.text(look.colours()) + paint(who, card, look)).stripTrailing());
        String whereabouts = NodeFields.whereabouts(device);
        if (detail == Detail.ALL && !whereabouts.isEmpty()) {
            lines.add(Widths.cut("      " + whereabouts, look.width()));
        }
        if (detail != Detail.LINE) {
            card.holders().forEach(holder -> lines.add(Widths.cut(attempt(holder), look.width())));
            device.squatters().forEach(each -> lines.add(squatter(each, look)));
        }
        return lines;
    }

    private static String paint(String who, Card card, Look look) {
        boolean usable = card.device().state() == DeviceInfo.State.OK;
        boolean free = card.holders().isEmpty() && card.device().externalMib() == 0;
        return (usable ? free ? Colour.DIM : Colour.PLAIN : Colour.RED).paint(who, look.colours());
    }

    private static String who(Card card) {
        DeviceInfo device = card.device();
        List<String> parts = new ArrayList<>();
        if (device.state() != DeviceInfo.State.OK) {
            parts.add("! " + NodeFields.trouble(device));
        }
        card.holders().forEach(holder -> parts.add(Text.oneLine(name(holder))));
        if (device.externalMib() > 0) {
            parts.add(
                    "! %d MiB used by %s"
                            .formatted(device.externalMib(), others(device.squatters())));
        }
        return parts.isEmpty() ? device.attempts() > 0 ? "held" : "free" : String.join(", ", parts);
    }

    /** {@code alice, bob}; {@code others} where nobody knows. */
    private static String others(List<Squatter> squatters) {
        String users =
                squatters.stream()
                        .map(Squatter::user)
                        .filter(user -> !user.isEmpty())
                        .map(Text::oneLine)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return users.isEmpty() ? "others" : users;
    }

    private String squatter(Squatter squatter, Look look) {
        Instant started = squatter.startTime();
        String line =
                "      ! %s, PID %d%s%s, %d MiB, outside Cattino"
                        .formatted(
                                squatter.command().isEmpty()
                                        ? "?"
                                        : Text.oneLine(squatter.command()),
                                squatter.pid(),
                                squatter.user().isEmpty()
                                        ? ""
                                        : " of " + Text.oneLine(squatter.user()),
                                started == null
                                        ? ""
                                        : ", for " + Times.rough(output.since(started)),
                                squatter.usedMib());
        return Colour.RED.paint(Widths.cut(line, look.width()), look.colours());
    }

    private static String name(Card.Holder holder) {
        String user = holder.task().user();
        return holder.task().fullname() + (user.isEmpty() ? "" : " (" + user + ")");
    }

    private static String attempt(Card.Holder holder) {
        return "      %s attempt %d, %s, %d MiB promised"
                .formatted(
                        Text.oneLine(holder.task().fullname()),
                        holder.attempt().number(),
                        holder.attempt().pid() == 0 ? "starting" : "PID " + holder.attempt().pid(),
                        holder.mib());
    }
}
