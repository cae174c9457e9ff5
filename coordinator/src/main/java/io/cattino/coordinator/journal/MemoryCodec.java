package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Work;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.journal.v1.MemoryMeasured;

/** What is learned of memory as messages of the journal, both ways. Stateless. */
final class MemoryCodec {
    private MemoryCodec() {}

    static MemoryMeasured encode(Fact.MemoryMeasured fact) {
        return MemoryMeasured.newBuilder()
                .setAttempt(SpecCodec.encode(fact.attempt()))
                .setExact(fact.work().exact())
                .setFamily(fact.work().family())
                .setModel(fact.model())
                .setRun(encode(fact.run()))
                .build();
    }

    static Fact decode(Time at, MemoryMeasured fact) {
        return new Fact.MemoryMeasured(
                at,
                SpecCodec.decode(fact.getAttempt()),
                new Work(fact.getExact(), fact.getFamily()),
                fact.getModel(),
                decode(fact.getRun()));
    }

    static io.cattino.proto.journal.v1.MemoryRuns encode(MemoryRuns runs) {
        return io.cattino.proto.journal.v1.MemoryRuns.newBuilder()
                .setKey(runs.key())
                .setModel(runs.model())
                .addAllRuns(runs.runs().stream().map(MemoryCodec::encode).toList())
                .build();
    }

    static MemoryRuns decode(io.cattino.proto.journal.v1.MemoryRuns runs) {
        return new MemoryRuns(
                runs.getKey(),
                runs.getModel(),
                runs.getRunsList().stream().map(MemoryCodec::decode).toList());
    }

    private static io.cattino.proto.journal.v1.MemoryRun encode(MemoryRun run) {
        return io.cattino.proto.journal.v1.MemoryRun.newBuilder()
                .setMib(run.mib())
                .setComplete(run.complete())
                .build();
    }

    private static MemoryRun decode(io.cattino.proto.journal.v1.MemoryRun run) {
        return new MemoryRun(run.getMib(), run.getComplete());
    }
}
