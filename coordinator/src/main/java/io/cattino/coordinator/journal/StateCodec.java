package io.cattino.coordinator.journal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.StateImage;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.wire.Digests;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.journal.v1.StateEnd;
import io.cattino.proto.journal.v1.StateEntry;
import io.cattino.proto.journal.v1.StateHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole state as a stream of {@link StateEntry}, each after its length; both ways, entry by
 * entry, so that no more than one is held as bytes. Reading a writing gives an equal image.
 */
public final class StateCodec {
    private static final int MAX_ENTRY_BYTES = 16 * 1024 * 1024;

    private StateCodec() {}

    /** Writes the image; does not close the stream. */
    public static void write(StateImage image, OutputStream out) throws IOException {
        EntryWriter writer = new EntryWriter(out);
        writer.write(StateEntry.newBuilder().setHead(head(image)));
        for (Context context : image.contexts()) {
            writer.write(StateEntry.newBuilder().setContext(ValueCodec.encode(context)));
        }
        for (Submission submission : image.submissions()) {
            writer.write(StateEntry.newBuilder().setSubmission(TaskCodec.encode(submission)));
        }
        for (Group group : image.groups()) {
            writer.write(GroupCodec.encode(group));
        }
        for (Task task : image.tasks()) {
            writer.write(StateEntry.newBuilder().setTask(TaskCodec.encode(task)));
        }
        for (Allocation allocation : image.allocations()) {
            writer.write(StateEntry.newBuilder().setAllocation(ValueCodec.encode(allocation)));
        }
        for (Node node : image.nodes()) {
            writer.write(StateEntry.newBuilder().setNode(ValueCodec.encode(node)));
        }
        for (Fact.Answered answered : image.answers()) {
            writer.write(AnswerCodec.entry(answered));
        }
        for (MemoryRuns runs : image.memory()) {
            writer.write(StateEntry.newBuilder().setMemoryRuns(MemoryCodec.encode(runs)));
        }
        writer.write(
                StateEntry.newBuilder().setEnd(StateEnd.newBuilder().setEntries(writer.entries)));
        writer.out.flush();
    }

    /**
     * Reads an image, up to the end of the stream.
     *
     * @throws JournalException.Corrupt if it is not one that this version knows
     * @throws IOException as the stream does
     */
    public static StateImage read(InputStream in) throws IOException, JournalException.Corrupt {
        ImageBuilder image = new ImageBuilder();
        while (!image.ended) {
            StateEntry entry = next(in);
            try {
                image.add(entry);
            } catch (IllegalArgumentException e) {
                throw new JournalException.Corrupt(
                        "entry "
                                + image.entries
                                + " ("
                                + entry.getKindCase()
                                + "): "
                                + e.getMessage(),
                        e);
            }
        }
        if (in.read() >= 0) {
            throw new JournalException.Corrupt("something follows the end");
        }
        return image.build();
    }

    private static StateEntry next(InputStream in) throws IOException, JournalException.Corrupt {
        int first = in.read();
        if (first < 0) {
            throw new JournalException.Corrupt("it ends before its end");
        }
        int length = CodedInputStream.readRawVarint32(first, in);
        if (length < 0 || length > MAX_ENTRY_BYTES) {
            throw new JournalException.Corrupt("an entry says that it has " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new JournalException.Corrupt("it ends within an entry");
        }
        try {
            return StateEntry.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt("an entry cannot be read: " + e.getMessage(), e);
        }
    }

    private static StateHead head(StateImage image) {
        return StateHead.newBuilder()
                .setRevision(image.revision())
                .setEpoch(image.epoch())
                .setNextTask(image.nextTask())
                .setNow(ValueCodec.encode(image.now()))
                .setSettings(SettingsCodec.encode(image.settings()))
                .setFenceHoldUntilMonoMs(image.fenceHoldUntilMonoMs())
                .build();
    }

    private static final class EntryWriter {
        private final CodedOutputStream out;
        private long entries;

        EntryWriter(OutputStream out) {
            this.out = CodedOutputStream.newInstance(out);
        }

        void write(StateEntry.Builder entry) throws IOException {
            out.writeByteArrayNoTag(Digests.deterministicBytes(entry.build()));
            entries++;
        }
    }

    private static final class ImageBuilder {
        private StateHead head = StateHead.getDefaultInstance();
        private final List<Context> contexts = new ArrayList<>();
        private final List<Submission> submissions = new ArrayList<>();
        private final List<Group> groups = new ArrayList<>();
        private final List<Task> tasks = new ArrayList<>();
        private final List<Allocation> allocations = new ArrayList<>();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Fact.Answered> answers = new ArrayList<>();
        private final List<MemoryRuns> memory = new ArrayList<>();
        private long entries;
        private int reached;
        private boolean ended;

        void add(StateEntry entry) {
            int place = place(entry.getKindCase());
            if (place < reached || (entries == 0) != entry.hasHead()) {
                throw new IllegalArgumentException("it stands in the wrong place");
            }
            reached = place;
            switch (entry.getKindCase()) {
                case HEAD -> head = entry.getHead();
                case CONTEXT -> contexts.add(ValueCodec.decode(entry.getContext()));
                case SUBMISSION -> submissions.add(TaskCodec.decode(entry.getSubmission()));
                case GROUP -> groups.add(SpecCodec.decode(entry.getGroup()));
                case GROUP_RECORD -> groups.add(GroupCodec.decode(entry.getGroupRecord()));
                case TASK -> tasks.add(TaskCodec.decode(entry.getTask()));
                case ALLOCATION -> allocations.add(ValueCodec.decode(entry.getAllocation()));
                case NODE -> nodes.add(ValueCodec.decode(entry.getNode()));
                case ANSWER -> answers.add(AnswerCodec.decode(entry.getAnswer()));
                case MEMORY_RUNS -> memory.add(MemoryCodec.decode(entry.getMemoryRuns()));
                case END -> end(entry.getEnd());
                case KIND_NOT_SET -> throw ValueCodec.missing("its kind");
            }
            entries++;
        }

        /** The order of the kinds; groups stand together, whether they have hooks or not. */
        private static int place(StateEntry.KindCase kind) {
            return switch (kind) {
                case HEAD -> 1;
                case CONTEXT -> 2;
                case SUBMISSION -> 3;
                case GROUP, GROUP_RECORD -> 4;
                case TASK -> 5;
                case ALLOCATION -> 6;
                case NODE -> 7;
                case ANSWER -> 8;
                case MEMORY_RUNS -> 9;
                case END -> 10;
                case KIND_NOT_SET -> throw ValueCodec.missing("its kind");
            };
        }

        private void end(StateEnd end) {
            if (end.getEntries() != entries) {
                throw new IllegalArgumentException(
                        "it counts " + end.getEntries() + " entries, there are " + entries);
            }
            ended = true;
        }

        StateImage build() throws JournalException.Corrupt {
            try {
                return new StateImage(
                        head.getRevision(),
                        head.getEpoch(),
                        head.getNextTask(),
                        ValueCodec.decode(head.getNow()),
                        SettingsCodec.decode(head.getSettings()),
                        head.getFenceHoldUntilMonoMs(),
                        contexts,
                        submissions,
                        groups,
                        tasks,
                        allocations,
                        nodes,
                        answers,
                        memory);
            } catch (IllegalArgumentException e) {
                throw new JournalException.Corrupt("its head: " + e.getMessage(), e);
            }
        }
    }
}
