package io.cattino.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AgentLimits;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import io.cattino.agent.core.Moment;
import io.cattino.agent.exec.Supervision;
import io.cattino.agent.fence.FenceKeeper;
import io.cattino.agent.store.DataDirectory;
import io.cattino.agent.store.Tombstones;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the core what an earlier agent of this node left. Thread-safe. */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final long DEFAULT_GRACE_MS = 30_000;

    private final AgentLimits limits;
    private final DataDirectory directory;
    private final Tombstones tombstones;
    private final Supervision supervision;
    private final EffectRunner effects;
    private final FenceKeeper fence;
    private final Consumer<Function<Moment, AgentInput>> post;
    private final InstantSource wall = InstantSource.system();

    @GuardedBy("this")
    private boolean orphansFound;

    Recovery(
            AgentLimits limits,
            DataDirectory directory,
            Tombstones tombstones,
            Supervision supervision,
            EffectRunner effects,
            FenceKeeper fence,
            Consumer<Function<Moment, AgentInput>> post) {
        this.limits = limits;
        this.directory = directory;
        this.tombstones = tombstones;
        this.supervision = supervision;
        this.effects = effects;
        this.fence = fence;
        this.post = post;
    }

    /** Takes over what an earlier agent left: tombstones first, then every attempt's directory. */
    void run() throws IOException {
        for (AttemptReport buried : tombstones.load(wall.millis())) {
            AttemptId id = Wire.attemptId(buried.getRef());
            long until = wall.millis() + limits.tombstoneMs();
            AgentInput.Found found = new AgentInput.Found.Buried(Wire.end(buried), until);
            post.accept(at -> new AgentInput.Recovered(at, id, List.of(), 0, found));
            supervision.remove(id); // if the earlier agent did not come to that
        }
        for (Supervision.Recovered recovered : supervision.recover()) {
            try {
                recover(recovered);
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                recover(supervision.setAside(recovered.id(), e)); // of which nothing is parsed
            }
        }
        if (!directory.clusterId().isEmpty()) {
            var _ = findOrphans(); // or when a leader welcomes us
        }
    }

    /**
     * Takes up the attempts that live without a directory; once.
     *
     * @return why a new Hello is needed, empty if it is not
     */
    synchronized Optional<String> findOrphans() {
        if (orphansFound) {
            return Optional.empty();
        }
        List<Supervision.Recovered> orphans;
        try {
            orphans = supervision.findOrphans();
        } catch (UncheckedIOException e) {
            LOG.error("process_table_unreadable: cannot look for attempts without records", e);
            return Optional.of("the process table cannot be read");
        }
        orphansFound = true;
        for (Supervision.Recovered orphan : orphans) {
            post.accept(at ->
                    new AgentInput.Recovered(
                            at, orphan.id(), List.of(), DEFAULT_GRACE_MS, orphan.found()));
            supervision.watch(orphan.id());
        }
        return orphans.isEmpty()
                ? Optional.empty()
                : Optional.of("attempts without records were found");
    }

    private void recover(Supervision.Recovered recovered) throws InvalidProtocolBufferException {
        AttemptId id = recovered.id();
        if (recovered.fenced()) {
            fence.expect(id);
        }
        List<DevicePromise> devices = List.of();
        long graceMs = DEFAULT_GRACE_MS;
        if (recovered.launch().isPresent()) {
            Launch launch = Launch.parseFrom(recovered.launch().get());
            devices = Wire.promises(launch.getDevicesList());
            graceMs = Wire.millis(launch.getGrace());
            rememberTaskDirectory(id, launch);
        }
        AgentInput.Found found =
                recovered.end().isPresent()
                        ? new AgentInput.Found.Decided(
                                Wire.end(AttemptReport.parseFrom(recovered.end().get())))
                        : recovered.found();
        LOG.info("recovered attempt={} found={}", id, found);
        List<DevicePromise> promised = devices;
        long grace = graceMs;
        post.accept(at -> new AgentInput.Recovered(at, id, promised, grace, found));
        if (found instanceof AgentInput.Found.Alive) {
            supervision.watch(id);
        }
    }

    private void rememberTaskDirectory(AttemptId id, Launch launch) {
        try {
            effects.taskDirectories()
                    .put(id, Path.of(launch.getRunDir()).resolve(launch.getSpec().getFullname()));
        } catch (InvalidPathException e) { // by another locale it could be named
            LOG.error("task_directory_unknown attempt={}: its logs cannot be shown", id, e);
        }
    }
}
