package io.cattino.coordinator.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.journal.JournalException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Law 1, and what happens when it cannot be kept. */
@Timeout(30)
class CoreLoopTest {
    private static final Context CONTEXT =
            new Context("c0", "/work", new TreeMap<>(), 022, "", "ann", "pc");

    private final FakeJournal journal = new FakeJournal(false);
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Throwable> lost = new CompletableFuture<>();
    private final AtomicInteger losses = new AtomicInteger();
    private CoreLoop loop = loop(journal);

    private CoreLoop loop(FakeJournal pen) {
        return new CoreLoop(
                new SchedulerCore(ClusterState.empty(), "/runs"),
                pen,
                new Clock(Time.ZERO, System::nanoTime, InstantSource.system()),
                this::released,
                LoopListener.NONE,
                cause -> {
                    losses.incrementAndGet();
                    lost.complete(cause);
                });
    }

    private void released(List<Effect> effects) {
        // Events are published before, so a watcher never hears of a launch it cannot see.
        seen.add("effects " + effects.size() + " after event " + loop.events().revision());
    }

    @AfterEach
    void close() {
        // Whatever still waits is let through.
        journal.appends.forEach(FakeJournal.Append::commit);
        loop.close();
    }

    private void started() throws Exception {
        CompletableFuture<Reply> begun = loop.start("test:1");
        FakeJournal.Append first = journal.next();
        assertThat(first.firstRevision()).isEqualTo(1);
        assertThat(first.facts().getFirst()).isInstanceOf(Fact.EpochBegan.class);
        assertThat(begun).isNotDone();
        first.commit();
        assertThat(begun.get()).isInstanceOf(Reply.Nothing.class);
    }

    private CompletableFuture<Reply> submit(String name) {
        return loop.submit(Sender.CLIENT, submission(name));
    }

    private static Function<Time, Input> submission(String name) {
        return submission(name, new DeviceNeed.None());
    }

    private static Function<Time, Input> submission(String name, DeviceNeed need) {
        TaskSpec spec =
                new TaskSpec(
                        name,
                        new Command(List.of("true"), false),
                        need,
                        0,
                        1,
                        new TreeMap<>(),
                        new TreeMap<>(),
                        null,
                        LossPolicy.UNSAID);
        return at ->
                new Input.Submit(
                        at,
                        new SubmissionId("request-" + name),
                        "",
                        "s",
                        CONTEXT,
                        List.of(spec),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        false,
                        Set.of());
    }

    private static Function<Time, Input> hello() {
        return hello(List.of());
    }

    private static Function<Time, Input> hello(List<DeviceInfo> devices) {
        NodeIdentity identity = new NodeIdentity(new NodeId("id"), "machine", "boot", "n1");
        NodeInventory inventory = new NodeInventory(devices, 4, 1, 100, new TreeMap<>());
        return at ->
                new Input.AgentConnected(at, 1, identity, inventory, "1", List.of(), List.of());
    }

    @Test
    void replyComesOnlyWhenItsFactsAreDurable() throws Exception {
        started();
        CompletableFuture<Reply> reply = submit("a");
        FakeJournal.Append append = journal.next();
        assertThat(append.firstRevision()).isEqualTo(2);
        assertThat(append.facts()).hasOnlyElementsOfType(Fact.Submitted.class);
        assertThat(reply).isNotDone();
        assertThat(loop.events().revision()).isEqualTo(1);
        append.commit();
        assertThat(reply.get()).isInstanceOf(Reply.Submitted.class);
        assertThat(loop.events().revision()).isEqualTo(2);
    }

    @Test
    void eventsThenEffectsThenRepliesAndNothingBeforeDurability() throws Exception {
        started();
        CompletableFuture<Reply> connected = loop.submit(Sender.FARM, hello());
        journal.next().commit();
        connected.get();
        CompletableFuture<Void> replied = submit("a").thenAccept(_ -> seen.add("reply"));
        FakeJournal.Append append = journal.next();
        assertThat(append.facts())
                .hasExactlyElementsOfTypes(Fact.Submitted.class, Fact.Placed.class);
        assertThat(seen).isEmpty();
        append.commit();
        replied.get();
        assertThat(seen).containsExactly("effects 1 after event 4", "reply");
    }

    @Test
    void laterBatchThatIsDurableFirstWaitsForTheEarlierOne() throws Exception {
        started();
        CompletableFuture<Reply> one = submit("a");
        FakeJournal.Append first = journal.next();
        CompletableFuture<Reply> two = submit("b");
        FakeJournal.Append second = journal.next();
        second.commit();
        assertThat(two).isNotDone();
        first.commit();
        assertThat(one.get()).isInstanceOf(Reply.Submitted.class);
        assertThat(two.get()).isInstanceOf(Reply.Submitted.class);
    }

    @Test
    void readsRefusalsAndRepetitionsWaitForWhatTheyHaveSeen() throws Exception {
        started();
        CompletableFuture<Reply> reply = submit("a");
        FakeJournal.Append append = journal.next();
        CompletableFuture<Integer> read = loop.read(view -> view.state().tasks().size());
        journal.next().commit();
        CompletableFuture<Reply> again = submit("a");
        journal.next().commit();
        CompletableFuture<Reply> refused =
                loop.submit(Sender.CLIENT, at -> new Input.UndrainNode(at, "nobody"));
        journal.next().commit();
        assertThat(List.of(reply, read, again, refused)).noneMatch(CompletableFuture::isDone);
        append.commit();
        assertThat(read.get()).isEqualTo(1);
        assertThat(again.get()).isEqualTo(reply.get());
        assertThat(refused.get()).isInstanceOf(Reply.Rejected.class);
    }

    @Test
    void whatWasDurableWhenTheJournalWasLostMayStillBeRead() throws Exception {
        started();
        CompletableFuture<Reply> reply = submit("a");
        journal.next().commit();
        reply.get();
        journal.failure.complete(new JournalException("away"));
        loop.close();
        assertThat(loop.left())
                .hasValueSatisfying(left ->
                        assertThat(left.<Boolean>read(view -> view.state().byName("a").isPresent()))
                                .isTrue());
    }

    @Test
    void aStateThatRanAheadOfTheJournalIsShownToNobody() throws Exception {
        started();
        CompletableFuture<Reply> reply = submit("a");
        FakeJournal.Append append = journal.next();
        append.durable().completeExceptionally(new JournalException("away"));
        assertThatThrownBy(reply::get).hasCauseInstanceOf(LeaderException.class);
        loop.close();
        assertThat(loop.left()).isEmpty();
    }

    @Test
    void failedAppendEndsTheLeadershipForEverybodyOnce() throws Exception {
        started();
        CompletableFuture<Reply> one = submit("a");
        FakeJournal.Append first = journal.next();
        CompletableFuture<Integer> two = loop.read(view -> view.state().tasks().size());
        FakeJournal.Append second = journal.next();
        JournalException fenced = new JournalException.Fenced("epoch 8 began");
        first.durable().completeExceptionally(fenced);
        second.commit();
        assertThat(lost.get()).isSameAs(fenced);
        assertNotLeading(one);
        assertNotLeading(two);
        assertNotLeading(submit("b"));
        assertNotLeading(loop.read(_ -> 1));
        assertThatThrownBy(() -> loop.events().after(0, 1, 0)).isInstanceOf(LeaderException.class);
        assertThat(losses).hasValue(1);
        assertThat(seen).isEmpty();
    }

    @Test
    void journalThatIsLostWhileIdleEndsTheLeadership() throws Exception {
        started();
        JournalException expired = new JournalException("session expired");
        journal.failure.complete(expired);
        assertThat(lost.get()).isSameAs(expired);
        assertNotLeading(submit("a"));
    }

    @Test
    void bugInTheCoreEndsTheLeadershipAndAnswersItsBatch() throws Exception {
        started();
        // More than the edge lets through.
        CompletableFuture<Reply> reply = loop.submit(Sender.CLIENT, CoreLoopTest::brokenInput);
        assertNotLeading(reply);
        assertThat(lost.get()).isInstanceOf(RuntimeException.class);
        assertNotLeading(submit("b"));
    }

    /** One that no check at the edge lets through. */
    @SuppressWarnings("NullAway")
    private static Input brokenInput(Time at) {
        return new Input.Control(at, null, null);
    }

    @Test
    void senderWhoseInputCannotBeMadeHurtsOnlyItself() throws Exception {
        started();
        CompletableFuture<Reply> bad =
                loop.submit(
                        Sender.CLIENT,
                        _ -> {
                            throw new IllegalStateException("cannot decode");
                        });
        journal.next().commit();
        assertThatThrownBy(bad::get).hasRootCauseMessage("cannot decode");
        CompletableFuture<String> read =
                loop.read(_ -> {
                    throw new IllegalStateException("cannot read");
                });
        journal.next().commit();
        assertThatThrownBy(read::get).hasRootCauseMessage("cannot read");
        CompletableFuture<Reply> good = submit("a");
        journal.next().commit();
        assertThat(good.get()).isInstanceOf(Reply.Submitted.class);
        assertThat(losses).hasValue(0);
    }

    @Test
    void standingJournalStopsTheLoopAndFillsTheMailboxForClientsOnly() throws Exception {
        started();
        // Each batch is taken before the next is sent, until the loop waits for the journal.
        for (int i = 0; i < 4; i++) {
            assertThat(submit("a" + i)).isNotDone();
            assertThat(journal.next().facts()).hasSize(1);
        }
        CompletableFuture<Reply> stalled = submit("stalled");
        CompletableFuture<Reply> answer = stalled;
        int sent = 0;
        while (!answer.isCompletedExceptionally() && sent < 200_000) {
            answer = loop.read(_ -> "").thenApply(_ -> new Reply.Nothing());
            sent++;
        }
        assertThat(sent).isBetween(79_000, 83_000);
        assertThatThrownBy(answer::get)
                .cause()
                .asInstanceOf(type(LeaderException.class))
                .extracting(LeaderException::kind)
                .isEqualTo(LeaderException.Kind.OVERLOADED);
        CompletableFuture<Reply> farm = loop.submit(Sender.FARM, hello());
        assertThat(farm).isNotDone();
        journal.all.forEach(FakeJournal.Append::commit);
        while (!farm.isDone()) {
            FakeJournal.Append more = journal.appends.poll(10, TimeUnit.MILLISECONDS);
            if (more != null) {
                more.commit();
            }
        }
        assertThat(farm.get()).isInstanceOf(Reply.Welcomed.class);
        assertThat(stalled.get()).isInstanceOf(Reply.Submitted.class);
    }

    @Test
    void closingWaitsForWhatWasAppendedAndFailsTheRest() throws Exception {
        started();
        CompletableFuture<Reply> appended = submit("a");
        FakeJournal.Append append = journal.next();
        CountDownLatch closing = new CountDownLatch(1);
        Thread closer =
                Thread.ofVirtual()
                        .start(() -> {
                            closing.countDown();
                            loop.close();
                        });
        closing.await();
        append.commit();
        closer.join();
        assertThat(appended.get()).isInstanceOf(Reply.Submitted.class);
        assertNotLeading(submit("b"));
        assertThat(journal.closed).isTrue();
        assertThat(losses).as("closing is no loss").hasValue(0);
    }

    @Test
    void closingALoopThatWasNeverStartedIsFine() {
        loop.close();
        assertThat(journal.closed).isTrue();
    }

    @Test
    void busyMailboxDoesNotKeepTheQueueFromBeingLookedAt() throws Exception {
        loop.close();
        loop = loop(new FakeJournal(true));
        loop.start("test:1").get();
        DeviceInfo card = new DeviceInfo(0, "GPU-0", "fake card", "fake", 24_576);
        loop.submit(Sender.FARM, hello(List.of(card))).get();
        loop.submit(Sender.CLIENT, submission("a", new DeviceNeed.Whole(1))).get();
        // The card is known from the first heartbeat on, and heartbeats alone ask for no look.
        DeviceSample idle = new DeviceSample(0, 0, List.of(), false);
        NodeId node = new NodeId("id");
        while (loop.read(view -> view.state().allocations().size()).get() == 0) {
            loop.submit(
                            Sender.FARM,
                            at -> new Input.AgentSampled(at, node, 1, List.of(idle), Set.of()))
                    .get();
        }
        TaskEvent placed = loop.events().after(0, 100, 0).orElseThrow().events().getLast();
        assertThat(placed.kind()).isEqualTo(TaskEvent.Kind.PLACED);
    }

    private static void assertNotLeading(CompletableFuture<?> answer) {
        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        LeaderException.class,
                        e -> assertThat(e.kind()).isEqualTo(LeaderException.Kind.NOT_LEADING));
    }
}
