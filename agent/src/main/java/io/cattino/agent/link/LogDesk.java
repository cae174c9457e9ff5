package io.cattino.agent.link;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.exec.LogFiles;
import io.cattino.agent.exec.TaskPaths;
import io.cattino.agent.wire.Wire;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.LogUnavailable;
import io.cattino.proto.v1.OpenLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a transfer for each log that the leader asks for. */
final class LogDesk {

    private static final Logger LOG = LoggerFactory.getLogger(LogDesk.class);

    private final AgentPort port;

    LogDesk(AgentPort port) {
        this.port = port;
    }

    void open(OpenLog request, SessionStream session, AgentServiceGrpc.AgentServiceStub stub) {
        LogTransfer transfer;
        try {
            transfer = new LogTransfer(source(request));
        } catch (IllegalArgumentException e) {
            session.logUnavailable(
                    LogUnavailable.newBuilder()
                            .setTransferId(request.getTransferId())
                            .setText(String.valueOf(e.getMessage()))
                            .build());
            return;
        }
        Thread.ofVirtual()
                .name("log-" + request.getTransferId())
                .start(() -> {
                    try {
                        transfer.run(stub);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.warn("log_transfer_failed id={}", request.getTransferId(), e);
                    }
                });
    }

    private LogTransfer.Source source(OpenLog request) {
        AttemptId id = Wire.attemptId(request.getRef());
        TaskPaths.LogName name = name(request.getKind());
        return new LogTransfer.Source(
                request.getTransferId(),
                request.getOfGroup() ? ofGroup(request, name) : ofAttempt(request, id, name),
                start(request),
                request.getFollow(),
                () -> port.isOver(id).join());
    }

    private Supplier<Optional<Path>> ofAttempt(
            OpenLog request, AttemptId id, TaskPaths.LogName name) {
        Path taskDirectory = port.taskDirectory(id).orElseGet(() -> directory(request));
        return () -> LogFiles.locate(taskDirectory, name, id.number());
    }

    private static Supplier<Optional<Path>> ofGroup(OpenLog request, TaskPaths.LogName name) {
        Optional<Path> log = Optional.of(directory(request).resolve(name.file()));
        return () -> log;
    }

    private static Path directory(OpenLog request) {
        return TaskPaths.checked(Path.of(request.getDirectory()));
    }

    private static LogStart start(OpenLog request) {
        return new LogStart(
                request.getOffset(),
                request.hasTailLines()
                        ? OptionalLong.of(request.getTailLines())
                        : OptionalLong.empty(),
                request.hasSince()
                        ? OptionalLong.of(Wire.millis(request.getSince()))
                        : OptionalLong.empty());
    }

    private static TaskPaths.LogName name(LogKind kind) {
        return switch (kind) {
            case LOG_KIND_STDERR -> TaskPaths.LogName.STDERR;
            case LOG_KIND_HOOKS -> TaskPaths.LogName.HOOKS;
            case LOG_KIND_STDOUT, LOG_KIND_UNSPECIFIED -> TaskPaths.LogName.STDOUT;
            case UNRECOGNIZED -> throw new IllegalArgumentException("no such log: " + kind);
        };
    }
}
