package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.OverUsePolicy;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A leadership as the loop has one: the state runs ahead of the journal by what is being appended.
 */
final class Leader implements AutoCloseable {
    private final ClusterState state;
    private final Journal journal;

    private Leader(JournalStore.Leadership leadership) {
        this.state = leadership.state();
        this.journal = leadership.journal();
    }

    static Leader of(JournalStore store) throws JournalException {
        return new Leader(store.lead("test:1"));
    }

    ClusterState state() {
        return state;
    }

    Journal journal() {
        return journal;
    }

    CompletableFuture<Void> append(List<Fact> facts) {
        long first = state.revision() + 1;
        facts.forEach(state::apply);
        return journal.append(first, facts);
    }

    CompletableFuture<Void> append(Fact fact) {
        return append(List.of(fact));
    }

    CompletableFuture<Void> epochBegan() {
        return append(new Fact.EpochBegan(time(), journal.epoch(), "test:1"));
    }

    /** A small fact that leaves a trace. */
    CompletableFuture<Void> settings(int retryLimit) {
        return append(settingsFact(retryLimit));
    }

    Fact settingsFact(int retryLimit) {
        return new Fact.SettingsChanged(
                time(),
                new Settings(
                        OverrideMode.FORBID,
                        false,
                        true,
                        retryLimit,
                        9,
                        LossPolicy.UNSAID,
                        OverUsePolicy.WARN));
    }

    /** One fact of about a given size. */
    CompletableFuture<Void> submit(int tasks, int bytesEach) {
        long number = state.nextTask();
        List<Fact.NewTask> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            TaskSpec spec =
                    new TaskSpec(
                            "t" + (number + i),
                            new Command(List.of("run", "x".repeat(bytesEach)), false),
                            new DeviceNeed.None(),
                            0,
                            1,
                            new TreeMap<>(),
                            new TreeMap<>(),
                            null,
                            LossPolicy.UNSAID);
            all.add(new Fact.NewTask(spec, List.of()));
        }
        Context context = new Context("c1", "/", new TreeMap<>(), 18, "", "ada", "ws1");
        return append(
                new Fact.Submitted(
                        time(),
                        new SubmissionId("S" + number),
                        "digest",
                        context,
                        "/run",
                        number,
                        all,
                        List.of()));
    }

    CompletableFuture<Void> checkpoint() {
        return append(new Fact.Checkpoint(time(), state.fingerprint()));
    }

    /** A checkpoint and the snapshot up to it. */
    boolean snapshot() throws Exception {
        done(checkpoint());
        return done(journal.snapshot());
    }

    private Time time() {
        return new Time(state.now().monoMs() + 1, 1_790_000_000_000L + state.revision());
    }

    static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        journal.close();
    }
}
