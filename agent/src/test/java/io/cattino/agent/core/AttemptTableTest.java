package io.cattino.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every phase with every input: the next phase and the complete effects, compared with the table in
 * {@code attempt-table.txt}. A change of that table is a change of behaviour: read it.
 */
class AttemptTableTest {

    private static final AttemptId ID = new AttemptId(7, 1, 1);
    private static final AgentLimits LIMITS =
            new AgentLimits(5_000, 60_000, 1_000, 5_000, 86_400_000);
    private static final long GRACE = 30_000;

    /** The core, and the moment of its next input. */
    private static final class Bench {
        final AgentCore core = new AgentCore(LIMITS, 1, 100);
        Moment at = new Moment(1_000, 1_000_000);

        Bench() {
            core.step(new AgentInput.HelloMade(at));
            core.step(new AgentInput.Connected(at, 3, 1));
        }

        List<AgentEffect> step(Function<Moment, AgentInput> input) {
            return core.step(input.apply(at));
        }

        void later(long millis) {
            at = new Moment(at.monoMs() + millis, at.wallMs() + millis);
        }
    }

    private record Named(String name, Function<Moment, AgentInput> input) {}

    private static Named launch() {
        return new Named("Launch", at -> new AgentInput.Launch(at, 3, 1, ID, List.of(), GRACE));
    }

    private static Named signal(int number, SignalKind kind) {
        return new Named(
                "Signal(" + number + " " + kind + ")",
                at -> new AgentInput.Signal(at, 3, 1, ID, number, kind, "Killed"));
    }

    private static Named claimed(AgentInput.Claim claim) {
        return new Named(
                "StartClaimed(" + claim.name().toLowerCase(java.util.Locale.ROOT) + ")",
                at -> new AgentInput.StartClaimed(at, ID, claim));
    }

    private static Named leftovers(int alive) {
        return new Named(
                "LeftoversCounted(" + alive + ")",
                at -> new AgentInput.LeftoversCounted(at, ID, alive));
    }

    private static Named gone(boolean started, boolean marked) {
        return new Named(
                "SupervisorGone(%s)"
                        .formatted(marked ? "killed" : started ? "started" : "unstarted"),
                at -> new AgentInput.SupervisorGone(at, ID, started, marked, Course.NONE));
    }

    private static Named acked() {
        return new Named(
                "ReportAcked(all)",
                at ->
                        new AgentInput.ReportAcked(
                                at,
                                3,
                                1,
                                java.util.stream.LongStream.range(100, 120).boxed().toList()));
    }

    private static final Named SPAWNED = new Named("Spawned", at -> new AgentInput.Spawned(at, ID));
    private static final Named STARTED =
            new Named("ProcessStarted", at -> new AgentInput.ProcessStarted(at, ID, 42, 999_000));
    private static final Named ENDED =
            new Named(
                    "ProcessEnded(0)",
                    at ->
                            new AgentInput.ProcessEnded(
                                    at, ID, new AttemptResult.Exited(0), 999_500, Course.NONE));
    private static final Named FENCED =
            new Named(
                    "ProcessEnded(fenced)",
                    at ->
                            new AgentInput.ProcessEnded(
                                    at, ID, new AttemptResult.Fenced("t"), 999_500, Course.NONE));
    private static final Named FORGET =
            new Named("Forget", at -> new AgentInput.Forget(at, 3, 1, ID));
    private static final Named TICK = new Named("Tick", AgentInput.Tick::new);

    private static List<Named> inputs() {
        return List.of(
                launch(),
                signal(1, SignalKind.TERM),
                signal(9, SignalKind.TERM),
                signal(9, SignalKind.KILL),
                acked(),
                FORGET,
                SPAWNED,
                new Named(
                        "SpawnFailed",
                        at ->
                                new AgentInput.SpawnFailed(
                                        at, ID, new AttemptResult.NotStarted("R", "t"))),
                STARTED,
                ENDED,
                FENCED,
                gone(false, false),
                gone(true, false),
                gone(true, true),
                claimed(AgentInput.Claim.WON),
                claimed(AgentInput.Claim.LOST),
                leftovers(0),
                leftovers(2),
                TICK);
    }

    /** How to get into each phase; a number is milliseconds that pass. */
    private static Map<String, List<Object>> phases() {
        Map<String, List<Object>> phases = new LinkedHashMap<>();
        Named term = signal(1, SignalKind.TERM);
        Named kill = signal(1, SignalKind.KILL);
        phases.put("none", List.of());
        phases.put("preparing", List.of(launch()));
        phases.put("preparing, to be stopped", List.of(launch(), term));
        phases.put("starting", List.of(launch(), SPAWNED));
        phases.put("running", List.of(launch(), SPAWNED, STARTED));
        phases.put("stopping, claiming", List.of(launch(), SPAWNED, term));
        phases.put(
                "stopping, unseen",
                List.of(launch(), SPAWNED, term, claimed(AgentInput.Claim.LOST)));
        phases.put("stopping", List.of(launch(), SPAWNED, STARTED, term));
        phases.put("stopping, grace over", List.of(launch(), SPAWNED, STARTED, term, GRACE));
        phases.put("stopping, killed", List.of(launch(), SPAWNED, STARTED, kill));
        phases.put("stopping, killed long ago", List.of(launch(), SPAWNED, STARTED, kill, 60_000L));
        phases.put("cleaning, counting", List.of(launch(), SPAWNED, STARTED, ENDED));
        phases.put("cleaning, after KILL", List.of(launch(), SPAWNED, STARTED, kill, ENDED));
        phases.put("cleaning, leftovers", List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(1)));
        phases.put(
                "cleaning, grace over",
                List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(1), 5_000L));
        phases.put(
                "cleaning, killed long ago",
                List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(1), 5_000L, TICK, 60_000L));
        phases.put("cleaning, end unseen", List.of(launch(), SPAWNED, STARTED, gone(true, false)));
        phases.put(
                "cleaning, end unseen, leftovers",
                List.of(launch(), SPAWNED, STARTED, gone(true, false), leftovers(1)));
        phases.put(
                "cleaning, not started", List.of(launch(), SPAWNED, claimed(AgentInput.Claim.WON)));
        phases.put(
                "stranded, unended",
                List.of(launch(), SPAWNED, STARTED, kill, 60_000L, TICK, 5_000L));
        phases.put(
                "stranded, ended",
                List.of(
                        launch(),
                        SPAWNED,
                        STARTED,
                        ENDED,
                        leftovers(1),
                        5_000L,
                        TICK,
                        60_000L,
                        TICK,
                        5_000L));
        phases.put("ended", List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(0)));
        phases.put(
                "ended, acknowledged",
                List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(0), acked()));
        phases.put(
                "ended, old",
                List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(0), acked(), 90_000_000L));
        phases.put(
                "ended, forgotten",
                List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(0), FORGET));
        phases.put(
                "tombstone",
                List.of(launch(), SPAWNED, STARTED, ENDED, leftovers(0), acked(), FORGET));
        phases.put(
                "tombstone, old",
                List.of(
                        launch(),
                        SPAWNED,
                        STARTED,
                        ENDED,
                        leftovers(0),
                        acked(),
                        FORGET,
                        90_000_000L));
        return phases;
    }

    private static Bench benchIn(List<Object> recipe) {
        Bench bench = new Bench();
        for (Object step : recipe) {
            switch (step) {
                case Named named -> bench.step(named.input());
                case Long millis -> bench.later(millis);
                default -> throw new IllegalArgumentException(step.toString());
            }
        }
        return bench;
    }

    private static String table() {
        StringBuilder table = new StringBuilder();
        phases().forEach((phase, recipe) -> {
            table.append("== ").append(phase).append(": ");
            table.append(show(benchIn(recipe))).append('\n');
            for (Named input : inputs()) {
                Bench bench = benchIn(recipe);
                String before = show(bench);
                List<AgentEffect> effects = bench.step(input.input());
                String after = show(bench);
                if (after.equals(before) && effects.isEmpty()) {
                    continue; // ignored: not in the table
                }
                table.append("%-24s ".formatted(input.name()));
                table.append(after.equals(before) ? "=" : after);
                table.append("  ");
                table.append(
                        effects.stream()
                                .map(AttemptTableTest::show)
                                .collect(Collectors.joining(" ")));
                table.append('\n');
            }
        });
        return table.toString().replaceAll(" +\n", "\n");
    }

    private static String show(Bench bench) {
        return bench.core.attempt(ID).map(attempt -> show(attempt, bench.at.monoMs())).orElse("-");
    }

    private static String show(Attempt attempt, long now) {
        String phase =
                switch (attempt.phase()) {
                    case Phase.Preparing(Phase.Stop stop) -> "Preparing(" + stop + ")";
                    case Phase.Starting _ -> "Starting";
                    case Phase.Running _ -> "Running";
                    case Phase.Stopping stopping ->
                            "Stopping(%s%s kill %s, killed %s)"
                                    .formatted(
                                            stopping.stop(),
                                            stopping.signalled() ? "" : " claiming",
                                            relative(stopping.killAt(), now),
                                            relative(stopping.killedAt(), now));
                    case Phase.Cleaning cleaning -> "Cleaning(" + show(cleaning, now) + ")";
                    case Phase.Stranded(var cleaning, long last) ->
                            "Stranded(%s, %s)"
                                    .formatted(
                                            cleaning.isPresent() ? "ended" : "unended",
                                            relative(last, now));
                    case Phase.Ended(End end, boolean forgotten) ->
                            "Ended(%s%s)".formatted(show(end), forgotten ? " forgotten" : "");
                    case Phase.Tombstone(End end, _) -> "Tombstone(" + show(end) + ")";
                };
        return phase
                + (attempt.lastSignal() > 0 ? " #" + attempt.lastSignal() : "")
                + (attempt.pid() > 0 ? " pid" : "");
    }

    private static String show(Phase.Cleaning cleaning, long now) {
        return "%s%s%s%s kill %s, killed %s"
                .formatted(
                        show(cleaning.end()),
                        cleaning.held() ? " held" : "",
                        cleaning.reported() ? " reported" : "",
                        cleaning.checking() ? " checking" : "",
                        relative(cleaning.killAt(), now),
                        relative(cleaning.killedAt(), now));
    }

    private static String relative(long at, long now) {
        return at == Phase.NEVER ? "never" : "%+d".formatted(at - now);
    }

    private static String show(End end) {
        String result =
                switch (end.result()) {
                    case AttemptResult.Exited(int code) -> "exit " + code;
                    case AttemptResult.LaunchFailed _ -> "failed";
                    case AttemptResult.NotStarted _ -> "not started";
                    case AttemptResult.Vanished _ -> "vanished";
                    case AttemptResult.Fenced _ -> "fenced";
                };
        return end.leftovers() > 0 ? result + " left " + end.leftovers() : result;
    }

    private static String show(AgentEffect effect) {
        return switch (effect) {
            case AgentEffect.Spawn _ -> "Spawn";
            case AgentEffect.ClaimStarted _ -> "ClaimStarted";
            case AgentEffect.WriteStopMark _ -> "WriteStopMark";
            case AgentEffect.NoteStop(_, String reason) -> "NoteStop(" + reason + ")";
            case AgentEffect.SignalSession(_, SignalKind kind) -> "SignalSession(" + kind + ")";
            case AgentEffect.CheckLeftovers _ -> "CheckLeftovers";
            case AgentEffect.PersistEnd(_, End end) -> "PersistEnd(" + show(end) + ")";
            case AgentEffect.Bury _ -> "Bury";
            case AgentEffect.PersistEpoch(long epoch) -> "PersistEpoch(" + epoch + ")";
            case AgentEffect.DropSession _ -> "DropSession";
            case AgentEffect.Send(Report report) ->
                    "Send(%s)".formatted(report.event().getClass().getSimpleName());
        };
    }

    @Test
    void everyPairDoesWhatTheTableSays() throws IOException {
        String actual = table();
        String expected = "";
        try (InputStream in = AttemptTableTest.class.getResourceAsStream("attempt-table.txt")) {
            if (in != null) {
                expected = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        if (!actual.equals(expected)) {
            Files.writeString(Path.of("target", "attempt-table.txt"), actual);
        }
        assertThat(actual)
                .as("compare target/attempt-table.txt with the one in src/test/resources")
                .isEqualTo(expected);
    }

    @Test
    void everyPairLeavesTheOthersAlone() {
        AttemptId other = new AttemptId(8, 1, 1);
        phases().forEach((_, recipe) -> {
            for (Named input : inputs()) {
                Bench bench = benchIn(recipe);
                bench.step(at -> new AgentInput.Launch(at, 3, 1, other, List.of(), GRACE));
                List<AgentEffect> effects = bench.step(input.input());
                assertThat(effects)
                        .filteredOn(AgentEffect.OfAttempt.class::isInstance)
                        .allMatch(effect -> ((AgentEffect.OfAttempt) effect).id().equals(ID));
                assertThat(bench.core.attempt(other).orElseThrow().phase())
                        .isEqualTo(new Phase.Preparing(Phase.Stop.NONE));
            }
        });
    }
}
