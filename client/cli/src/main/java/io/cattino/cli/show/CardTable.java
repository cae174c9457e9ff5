package io.cattino.cli.show;

import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.output.Widths;
import io.cattino.client.DeviceInfo;
import io.cattino.client.Squatter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Cards below their machines, for people. */
final class CardTable {

    private static final int NARROWEST = 12;

    private final Output output;
    private final boolean attempts;

    /**
     * Lines for an output.
     *
     * @param attempts with a line for each attempt on a card
     */
    CardTable(Output output, boolean attempts) {
        this.output = output;
        this.attempts = attempts;
    }

    List<String> lines(List<Card> cards, Look look) {
        List<String> lines = new ArrayList<>();
        Map<String, List<Card>> nodes = new LinkedHashMap<>();
        cards.forEach(card ->
                nodes.computeIfAbsent(card.node().name(), _ -> new ArrayList<>()).add(card));
        Sizes sizes = Sizes.of(cards);
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

    /** How wide the columns are. */
    private record Sizes(int index, int model, int mib) {
        static Sizes of(List<Card> cards) {
            int index = 0;
            int model = 0;
            long mib = 0;
            for (Card card : cards) {
                index = Math.max(index, Integer.toString(card.device().index()).length());
                model = Math.max(model, Widths.of(Text.oneLine(card.device().model())));
                mib = Math.max(mib, card.device().totalMib());
            }
            return new Sizes(index, model, Long.toString(mib).length());
        }
    }

    private String header(List<Card> cards, Look look) {
        var node = cards.getFirst().node();
        long free = NodeFields.free(cards.stream().map(Card::device).toList());
        Instant seen = node.lastSeenTime();
        String said =
                "  %s, %d free%s"
                        .formatted(
                                Text.count(cards.size(), "GPU"),
                                free,
                                seen == null
                                        ? ""
                                        : ", seen " + Times.rough(output.since(seen)) + " ago");
        var state = NodeFields.stateCell(node);
        return Colour.BOLD.paint(Text.oneLine(node.name()), look.colours())
                + "  "
                + state.colour().paint(state.text(), look.colours())
                + Colour.DIM.paint(said, look.colours());
    }

    private List<String> card(Card card, Sizes sizes, Look look) {
        DeviceInfo device = card.device();
        MemoryBar bar = MemoryBar.of(device);
        long shown = Math.max(device.usedMib(), bar.taken());
        String mib = Long.toString(shown);
        String total = Long.toString(device.totalMib());
        String index = Integer.toString(device.index());
        String left =
                " [%s]%s %s  %s / %s MiB  "
                        .formatted(
                                index,
                                " ".repeat(sizes.index() - index.length()),
                                Widths.pad(Text.oneLine(device.model()), sizes.model()),
                                " ".repeat(sizes.mib() - mib.length()) + mib,
                                " ".repeat(sizes.mib() - total.length()) + total);
        int room = look.width() - Widths.of(left) - MemoryBar.CELLS - 2;
        String who = room < NARROWEST ? "" : "  " + Widths.cut(who(card), room);
        List<String> lines = new ArrayList<>();
        lines.add((left + bar.text(look.colours()) + paint(who, card, look)).stripTrailing());
        if (attempts) {
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
            parts.add("! " + NodeFields.word(device.state()));
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
