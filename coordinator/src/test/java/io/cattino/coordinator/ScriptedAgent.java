package io.cattino.coordinator;

import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.AttemptEnded;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.AttemptReleased;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.AttemptResult;
import io.cattino.proto.v1.AttemptStarted;
import io.cattino.proto.v1.DeviceInventory;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.NodeIdentity;
import io.cattino.proto.v1.NodeInventory;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An agent that says what the test tells it to, and keeps what it is told. */
public final class ScriptedAgent {
    public final BlockingQueue<SessionResponse> told = new LinkedBlockingQueue<>();
    public final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicLong reports = new AtomicLong();
    private final StreamObserver<SessionRequest> out;

    public ScriptedAgent(AgentServiceGrpc.AgentServiceStub stub) {
        out =
                stub.session(
                        new StreamObserver<>() {
                            @Override
                            public void onNext(SessionResponse message) {
                                told.add(message);
                            }

                            @Override
                            public void onError(Throwable t) {
                                ended.complete(Status.fromThrowable(t));
                            }

                            @Override
                            public void onCompleted() {
                                ended.complete(Status.OK);
                            }
                        });
    }

    /** Says hello as a node with one device of 24576 MiB, and takes the welcome. */
    public static ScriptedAgent connect(TestCoordinator coordinator, String name)
            throws InterruptedException {
        ScriptedAgent agent = new ScriptedAgent(coordinator.agents());
        agent.say(SessionRequest.newBuilder().setHello(hello(name)));
        SessionResponse first = agent.next();
        if (!first.hasWelcome()) {
            throw new AssertionError("no welcome: " + first);
        }
        agent.heartbeat(1, 0);
        return agent;
    }

    public static Hello.Builder hello(String name) {
        return Hello.newBuilder()
                .setProtocolMin(2)
                .setProtocolMax(2)
                .setAgentVersion("0.1.0")
                .setIdentity(
                        NodeIdentity.newBuilder()
                                .setNodeId(nodeId(name))
                                .setMachineId("machine-" + name)
                                .setBootId("boot-1")
                                .setName(name))
                .setInventory(
                        NodeInventory.newBuilder()
                                .setCpus(8)
                                .setMemoryMib(64_000)
                                .setSlots(128)
                                .addDevices(
                                        DeviceInventory.newBuilder()
                                                .setIndex(0)
                                                .setUuid("FAKE-0")
                                                .setModel("Fake")
                                                .setKind("fake")
                                                .setTotalMib(24_576)));
    }

    public static String nodeId(String name) {
        return String.format("00000000-0000-4000-8000-%012x", name.hashCode() & 0xffffffffL);
    }

    public void say(SessionRequest.Builder message) {
        out.onNext(message.setSequence(sequence.incrementAndGet()).build());
    }

    public void heartbeat(long mono, long usedMib) {
        heartbeat(mono, DeviceSample.newBuilder().setUsedMib(usedMib));
    }

    /** Of its only device. */
    public void heartbeat(long mono, DeviceSample.Builder sample) {
        say(
                SessionRequest.newBuilder()
                        .setHeartbeat(Heartbeat.newBuilder().setMonoMs(mono).addDevices(sample)));
    }

    /** Reports; the sequence it was given. */
    public long report(AttemptReport.Builder report) {
        long number = reports.incrementAndGet();
        say(SessionRequest.newBuilder().setReport(report.setSequence(number)));
        return number;
    }

    public long started(AttemptRef ref) {
        return report(
                AttemptReport.newBuilder()
                        .setRef(ref)
                        .setStarted(AttemptStarted.newBuilder().setPid(4711)));
    }

    public long exited(AttemptRef ref, int code) {
        return report(
                AttemptReport.newBuilder()
                        .setRef(ref)
                        .setEnded(
                                AttemptEnded.newBuilder()
                                        .setResult(AttemptResult.ATTEMPT_RESULT_EXITED)
                                        .setExitCode(code)));
    }

    public long released(AttemptRef ref) {
        return report(
                AttemptReport.newBuilder()
                        .setRef(ref)
                        .setReleased(AttemptReleased.getDefaultInstance()));
    }

    public void hangUp() {
        out.onCompleted();
    }

    /** The next message. */
    public SessionResponse next() throws InterruptedException {
        SessionResponse message = told.poll(60, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("the coordinator said nothing");
        }
        return message;
    }

    /** The next message of a kind; others are passed over. */
    public SessionResponse next(SessionResponse.MessageCase kind) throws InterruptedException {
        while (true) {
            SessionResponse message = next();
            if (message.getMessageCase() == kind) {
                return message;
            }
        }
    }
}
