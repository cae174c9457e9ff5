package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.identity;
import static io.cattino.coordinator.core.Specs.mib;
import static io.cattino.coordinator.core.Specs.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What agents say, true or not. */
class AgentsTest {
    private final CoreScenario s = CoreScenario.with(gpus(2, 24_576));

    @Test
    void helloBringsWhatHappenedInTheMeantime() {
        s.submit(whole("a", 1), whole("b", 1)).tick().runs("a").runs("b").gone("n1").forgetTrace();
        s.hello(
                "n1",
                List.of(s.running("b")),
                s.reportOf(
                        s.attempt("a"),
                        new AttemptEvent.Ended(new AttemptResult.Exited(3), 0, List.of())),
                s.reportOf(s.attempt("a"), new AttemptEvent.Released()));
        s.expect(
                "Ended a.1 exit 3",
                "Finished a FAILED ExitCode",
                "Released a.1",
                "-> Forget a.1 on n1");
        assertThat(((Reply.Welcomed) s.reply()).acknowledged()).hasSize(2);
        assertThat(s.status("b")).isEqualTo("Running");
    }

    @Test
    void helloShowsAStartThatWasNotReported() {
        s.submit(cpu("a")).tick().forgetTrace().hello("n1", List.of(s.running("a")));
        s.expect("Started a.1 pid 4711");
    }

    @Test
    void launchThatDidNotArriveIsRepeatedAsTheSameAttempt() {
        s.submit(mib("a", 1_000)).tick().gone("n1").forgetTrace().hello("n1", List.of());
        s.expect("-> Launch a.1 on n1 0:1000");
    }

    @Test
    void stopThatDidNotArriveIsRepeatedUnderItsNumber() {
        s.submit(cpu("a")).tick().runs("a").cancel("a").gone("n1").forgetTrace();
        s.hello("n1", List.of(s.running("a"))).expect("-> Signal a.1 on n1 Cancelled #1");
        s.kill("a").noMoreEffects();
        s.control(new Input.Verb.Kill(true, "now"), "a");
        s.expect("StopRequested a.1 CANCEL force", "-> Signal a.1 on n1 Cancelled force #2");
    }

    @Test
    void attemptThatNeverArrivedAndWasCancelledIsCancelled() {
        s.submit(cpu("a")).tick().cancel("a").gone("n1").forgetTrace().hello("n1", List.of());
        s.expect("Ended a.1 not started", "Finished a CANCELLED Cancelled", "Released a.1");
    }

    @Test
    void launchWithoutATraceIsTheNodesFailureAtTheThirdHello() {
        s.submit(cpu("a")).tick().forgetTrace();
        s.hello("n1", List.of()).expect("-> Launch a.1 on n1");
        s.hello("n1", List.of()).expect("-> Launch a.1 on n1");
        s.hello("n1", List.of());
        s.expect("Ended a.1 not started", "Requeued a INFRASTRUCTURE in 1000", "Released a.1");
    }

    @Test
    void plannedStopIsBelievedUntilTheAgentMeantToBeBack() {
        long generation = s.agent("n1").generation;
        s.step(at -> new Input.AgentGoodbye(at, s.agent("n1").id(), generation, 60_000));
        s.gone("n1").advance(59_000).tick();
        assertThat(s.core().health(s.agent("n1").id())).isEqualTo(NodeHealth.AWAY);
        s.advance(2_000).tick();
        assertThat(s.core().health(s.agent("n1").id())).isEqualTo(NodeHealth.UNREACHABLE);
        s.forgetTrace().hello("n1", List.of()).noMoreEffects();
        assertThat(s.core().health(s.agent("n1").id())).isEqualTo(NodeHealth.READY);
    }

    @Test
    void whatWouldHelpAFailedLaunchIsToldWithTheReason() {
        s.submit(cpu("a")).tick();
        s.ended(
                "a",
                new AttemptResult.LaunchFailed(
                        ReasonCode.COMMAND_NOT_FOUND, "no python", "use python3", 127));
        assertThat(s.reason("a"))
                .isEqualTo(new Reason(ReasonCode.COMMAND_NOT_FOUND, "no python", "use python3"));
    }

    @Test
    void attemptWithoutATraceVanishedAndIsRequeuedUpToTheCrashLimit() {
        s.submit(cpu("a")).tick();
        for (int crash = 0; crash < Aftermath.CRASH_LIMIT; crash++) {
            s.runs("a").forgetTrace().hello("n1", List.of()).beat();
            s.expect(
                    "Ended a." + (crash + 1) + " vanished",
                    "Requeued a " + Requeue.CRASH + " in " + (1_000 << crash),
                    "Released a." + (crash + 1));
            s.pass(5_000);
        }
        s.runs("a").forgetTrace().hello("n1", List.of());
        s.expect("Ended a.4 vanished", "Finished a FAILED CrashLimit", "Released a.4");
    }

    @Test
    void newBootProvesThatEverythingIsDead() {
        s.submit(cpu("a"), cpu("b")).tick().runs("a").gone("n1").forgetTrace();
        NodeIdentity before = identity("n1");
        NodeIdentity booted = new NodeIdentity(before.id(), before.machineId(), "boot-2", "n1");
        s.hello(booted, "n1", List.of());
        s.expect(
                "NodeRegistered n1",
                "Ended a.1 lost",
                "Requeued a CRASH in 1000",
                "Released a.1",
                "Ended b.1 lost",
                "Requeued b CRASH in 1000",
                "Released b.1");
    }

    /** Machines of one image, or containers without a machine id. */
    @Test
    void newBootProvesNothingWhileTheOldOneIsInContact() {
        s.submit(cpu("a")).tick().runs("a").forgetTrace();
        NodeIdentity first = identity("n1");
        NodeIdentity twin = new NodeIdentity(first.id(), first.machineId(), "boot-2", "n1");
        assertThat(s.hello(twin, "n1", List.of()).rejection())
                .isInstanceOf(Rejection.DuplicateNode.class);
        s.noMoreEffects();
    }

    @Test
    void newBootOfAnotherMachineProvesNothing() {
        s.submit(cpu("a")).tick().runs("a").gone("n1").advance(60_000).forgetTrace();
        NodeIdentity copied = new NodeIdentity(identity("n1").id(), "machine-x", "boot-x", "n1");
        assertThat(s.hello(copied, "n1", List.of()).rejection())
                .isInstanceOf(Rejection.DuplicateNode.class);
        s.noMoreEffects();
        assertThat(s.status("a")).isEqualTo("Running NodeUnreachable");
    }

    @Test
    void idleMachineMayBeReplacedUnderItsDataDirectory() {
        s.gone("n1").advance(60_000).forgetTrace();
        NodeIdentity moved = new NodeIdentity(identity("n1").id(), "machine-x", "boot-x", "n1");
        s.hello(moved, "n1", List.of()).expect("NodeRegistered n1");
    }

    @Test
    void secondMachineOfANameIsRefusedUntilTheFirstIsForgotten() {
        s.submit(cpu("a")).tick().runs("a").gone("n1").advance(60_000).forgetTrace();
        NodeIdentity second = new NodeIdentity(identity("n9").id(), "machine-9", "boot-9", "n1");
        assertThat(s.hello(second, "n1", List.of()).rejection())
                .isInstanceOf(Rejection.DuplicateNode.class);
        s.noMoreEffects();
        s.step(at -> new Input.ForgetNode(at, "n1"));
        s.expect("Ended a.1 lost", "Requeued a CRASH in 1000", "Released a.1", "NodeForgotten n1");
        s.hello(second, "n1", List.of()).expect("NodeRegistered n1");
    }

    @Test
    void connectedNodeIsNotForgotten() {
        assertThat(s.step(at -> new Input.ForgetNode(at, "n1")).rejection())
                .isInstanceOf(Rejection.WrongState.class);
    }

    @Test
    void attemptThatWasGivenUpIsKilledWhereItTurnsUp() {
        s.submit(cpu("a")).tick().runs("a");
        RunningAttempt old = s.running("a");
        s.gone("n1").step(at -> new Input.ForgetNode(at, "n1")).forgetTrace();
        s.hello("n1", List.of(old));
        s.expect("NodeRegistered n1", "-> Kill a.1 on n1");
    }

    @Test
    void removedTaskIsKilledWhereItTurnsUp() {
        s.submit(cpu("a")).tick().runs("a");
        RunningAttempt old = s.running("a");
        s.hello("n1", List.of()).remove("a").forgetTrace().hello("n1", List.of(old));
        s.expect("-> Kill a.1 on n1");
    }

    @Test
    void orphansOfAnotherJournalAreShownAndTheirDevicesWithheldUntilTheyAreGone() {
        AttemptId stranger = new AttemptId(new TaskId(900), 1, 77);
        RunningAttempt orphan =
                new RunningAttempt(stranger, 12, 5, List.of(new DeviceShare(0, 20_000)));
        s.hello("n1", List.of(orphan)).beat().noMoreEffects();
        assertThat(s.core().contact(s.agent("n1").id()).orElseThrow().orphans())
                .containsExactly(orphan);
        s.submit(mib("a", 10_000), mib("b", 20_000), whole("w", 1)).tick();
        assertThat(s.task("a").lastAttempt().orElseThrow().devices())
                .containsExactly(new DeviceShare(1, 10_000));
        assertThat(s.status("b")).isEqualTo("Waiting Memory");
        s.forgetTrace().report(s.agent("n1").id(), stranger, new AttemptEvent.Released());
        s.expect("-> Forget task 900.1 on n1");
        s.tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void nodeIsNotBelievedAboutAttemptsOfAnotherOne() {
        s.node("n2", gpus(1, 8_000));
        s.submit(mib("a", 20_000)).tick().runs("a").forgetTrace();
        AttemptId attempt = s.attempt("a");
        s.report(
                s.agent("n2").id(),
                attempt,
                new AttemptEvent.Ended(new AttemptResult.Exited(0), 0, List.of()));
        s.noMoreEffects();
        assertThat(((Reply.Acknowledged) s.reply()).acknowledged()).hasSize(1);
        s.report(s.agent("n2").id(), attempt, new AttemptEvent.Started(1));
        s.expect("-> Kill a.1 on n2");
        s.report(s.agent("n2").id(), attempt, new AttemptEvent.Stranded("?")).noMoreEffects();
        assertThat(s.status("a")).isEqualTo("Running");
    }

    @Test
    void nodeIsBelievedOnlyAboutWhatAnAttemptUsedOfItsOwnDevices() {
        s.submit(mib("a", 20_000)).tick().runs("a");
        s.report(
                "a",
                new AttemptEvent.Ended(
                        new AttemptResult.Exited(0),
                        0,
                        List.of(
                                new DeviceShare(7, 1),
                                new DeviceShare(0, 11_210),
                                new DeviceShare(0, 3))));
        assertThat(s.task("a").lastAttempt().flatMap(Attempt::end).orElseThrow().peaks())
                .containsExactly(new DeviceShare(0, 11_210));
    }

    @Test
    void oldSessionsAreNotHeard() {
        s.submit(cpu("a")).tick().forgetTrace();
        long old = s.agent("n1").generation;
        s.hello("n1", List.of(s.running("a"))).forgetTrace();
        s.agent("n1").generation = old;
        assertThat(s.ended("a", new AttemptResult.Exited(0)).rejection())
                .isEqualTo(new Rejection.StaleSession(old));
        s.step(at -> new Input.AgentGone(at, s.agent("n1").id(), old));
        s.step(at -> new Input.AgentGoodbye(at, s.agent("n1").id(), old, 0));
        assertThat(s.core().health(s.agent("n1").id())).isEqualTo(NodeHealth.READY);
        assertThat(
                        s.step(at ->
                                        new Input.AgentConnected(
                                                at,
                                                old,
                                                identity("n1"),
                                                gpus(2, 24_576),
                                                "0.1.0",
                                                List.of(),
                                                List.of()))
                                .rejection())
                .isEqualTo(new Rejection.StaleSession(old));
        s.noMoreEffects();
    }

    @Test
    void releaseBeforeTheEndIsNotBelieved() {
        s.submit(whole("a", 1)).tick().runs("a").forgetTrace();
        s.report("a", new AttemptEvent.Released()).noMoreEffects();
        assertThat(s.status("a")).isEqualTo("Running");
        s.report("a", new AttemptEvent.Stranded("?")).noMoreEffects();
    }

    @Test
    void reportsAreIdempotent() {
        s.submit(cpu("a")).tick().runs("a").runs("a").forgetTrace();
        AttemptId attempt = s.attempt("a");
        s.ended("a", new AttemptResult.Exited(0)).ended("a", new AttemptResult.Exited(9));
        s.expect("Ended a.1 exit 0", "Finished a DONE");
        s.report("a", new AttemptEvent.Released()).forgetTrace();
        // The acknowledgement was lost: it is told again that nobody needs the record.
        s.report(s.agent("n1").id(), attempt, new AttemptEvent.Released());
        s.expect("-> Forget a.1 on n1");
    }

    @Test
    void startOfAnAttemptIsCountedWhateverTheAgentsClockSays() {
        s.submit(cpu("a")).tick().cancel("a").forgetTrace();
        AttemptId attempt = s.attempt("a");
        for (int i = 0; i < 2; i++) {
            s.step(at ->
                    new Input.AgentReported(
                            at,
                            s.agent("n1").id(),
                            s.agent("n1").generation,
                            List.of(
                                    new Input.AgentReport(
                                            1, attempt, 0, new AttemptEvent.Started(7)))));
        }
        s.expect("Started a.1 pid 7");
    }

    @Test
    void finishThatWonTheRaceAgainstACancelStays() {
        s.submit(cpu("a")).tick().exits("a", 0).cancel("a");
        assertThat(s.status("a")).isEqualTo("Done");
        s.submit(cpu("b")).tick().cancel("b").exits("b", 0);
        assertThat(s.status("b")).isEqualTo("Cancelled Cancelled");
        assertThat(((TaskState.Finished) s.task("b").state()).outcome().exitCode())
                .isEqualTo(OptionalInt.of(0));
    }

    @Test
    void cancelOfAnUnreachableTaskIsNotCancelledUntilThatIsProved() {
        s.submit(cpu("a")).tick().runs("a").gone("n1").advance(60_000).cancel("a");
        assertThat(s.status("a")).isEqualTo("Running Stopping");
        assertThat(s.reason("a").text()).isEqualTo("being stopped: Cancelled (n1: out of contact)");
        s.failover().forgetTrace().hello("n1", List.of(s.running("a")));
        s.expect("-> Signal a.1 on n1 Cancelled #1");
        s.exits("a", 143);
        assertThat(s.status("a")).isEqualTo("Cancelled Cancelled");
    }

    @Test
    void removedRunningTaskIsForgottenWhenItsEndIsReported() {
        s.submit(cpu("a")).tick().runs("a").forgetTrace().remove("a");
        s.expect("StopRequested a.1 REMOVE force", "-> Signal a.1 on n1 Removed force #1");
        s.exits("a", 137);
        s.expect("Ended a.1 exit 137", "Purged a", "Released a.1", "-> Forget a.1 on n1");
    }

    @Test
    void inventoriesThatNoMachineHasAreRefused() {
        s.forgetTrace();
        DeviceInfo card = new DeviceInfo(0, "u", "m", "fake", 10);
        DeviceInfo negative = new DeviceInfo(1, "u", "m", "fake", -1);
        DeviceInfo endless = new DeviceInfo(1, "u", "m", "fake", Long.MAX_VALUE);
        for (var inventory :
                List.of(
                        Specs.inventory(List.of(card, card), 1, 1),
                        Specs.inventory(List.of(negative), 1, 1),
                        Specs.inventory(List.of(endless), 1, 1),
                        Specs.inventory(List.of(), -1, 1),
                        Specs.inventory(List.of(), 1, Integer.MAX_VALUE))) {
            s.agent("n1").inventory = inventory;
            assertThat(s.hello("n1", List.of()).rejection()).isInstanceOf(Rejection.Invalid.class);
        }
        s.noMoreEffects();
    }

    @Test
    void exitOfTheServerStopsWhatRunsAndPlacesNothingMore() {
        s.submit(cpu("a"), cpu("b")).tick().runs("a").cancel("b");
        s.submit(cpu("c")).forgetTrace().step(Input.Exit::new);
        s.expect("StopRequested a.1 SERVER_EXIT", "-> Signal a.1 on n1 ServerExit #1");
        assertThat(((Reply.Exiting) s.reply()).names()).containsExactly("a", "b");
        s.tick().noMoreEffects();
        s.exits("a", 0);
        assertThat(s.status("a")).isEqualTo("Cancelled ServerExit");
        assertThat(s.core().dirty()).isFalse();
        assertThat(s.status("c")).isEqualTo("Waiting Queued");
    }
}
