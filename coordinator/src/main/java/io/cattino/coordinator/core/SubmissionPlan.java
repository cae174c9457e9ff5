package io.cattino.coordinator.core;

import io.cattino.coordinator.core.PendingQueue.Shape;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.placement.Placer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns a submission into facts, or says why not. Nothing is stored unless all of it can be. */
final class SubmissionPlan {
    private static final Rejection BUNDLES_FULL =
            new Rejection.Limit(
                    "context.bundle",
                    "the bundles of stored tasks take all of their %,d MiB"
                            .formatted(Limits.MAX_BUNDLES_BYTES >> 20),
                    "remove ended tasks that had one: meow remove ...; or put the files where all nodes see them");

    private final ClusterState state;
    private final Input.Submit submit;
    private final String runRoot;

    private SubmissionPlan(ClusterState state, Input.Submit submit, String runRoot) {
        this.state = state;
        this.submit = submit;
        this.runRoot = runRoot;
    }

    /** What to do with a submission. */
    sealed interface Plan {
        record Accept(List<Fact> facts) implements Plan {}

        record Refuse(Rejection rejection) implements Plan {}
    }

    /**
     * Plans a submission.
     *
     * @param runRoot absolute directory below which submissions get theirs
     */
    static Plan of(ClusterState state, Input.Submit submit, String runRoot) {
        return new SubmissionPlan(state, submit, runRoot).make();
    }

    private Plan make() {
        OverrideMode mode = submit.override().orElse(state.settings().overrideExistTasks());
        Naming.Result naming = Naming.of(state, submit.tasks(), submit.groups(), mode);
        if (naming instanceof Naming.Result.Refused(Rejection rejection)) {
            return new Plan.Refuse(rejection);
        }
        Naming.Result.Named named = (Naming.Result.Named) naming;
        Wiring.Result wiring = Wiring.of(state, submit.tasks(), named, submit.edges());
        if (wiring instanceof Wiring.Result.Refused(Rejection rejection)) {
            return new Plan.Refuse(rejection);
        }
        if (!hasRoomForBundle()) {
            return new Plan.Refuse(BUNDLES_FULL);
        }
        List<List<Dependency>> parents = ((Wiring.Result.Wired) wiring).parents();
        Optional<Rejection> unfit =
                submit.allowUnfit() ? Optional.empty() : neverFits(named.tasks());
        return unfit.<Plan>map(Plan.Refuse::new)
                .orElseGet(() -> new Plan.Accept(facts(named, parents)));
    }

    private boolean hasRoomForBundle() {
        SubmissionBook book = state.submissionBook();
        return submit.context().bundle().isEmpty()
                || book.context(submit.context().id()).isPresent()
                || book.bundleBytes() + submit.context().bundle().get().zip().size()
                        <= Limits.MAX_BUNDLES_BYTES;
    }

    private List<Fact> facts(Naming.Result.Named named, List<List<Dependency>> parents) {
        List<Fact> facts = new ArrayList<>();
        if (!named.replaced().isEmpty()) {
            facts.add(new Fact.Purged(submit.at(), named.replaced()));
        }
        List<Fact.NewTask> tasks = new ArrayList<>();
        for (int i = 0; i < named.tasks().size(); i++) {
            TaskSpec spec = MemoryDesk.identified(state, named.tasks().get(i), submit.context());
            tasks.add(new Fact.NewTask(spec, parents.get(i)));
        }
        facts.add(
                new Fact.Submitted(
                        submit.at(),
                        submit.id(),
                        submit.digest(),
                        submit.context(),
                        freeRunDir(),
                        state.nextTask(),
                        tasks,
                        named.groups()));
        for (int index : new TreeSet<>(submit.held())) {
            facts.add(new Fact.Held(submit.at(), idAt(state, index), TaskLifecycle.HELD));
        }
        return facts;
    }

    /** The second of acceptance; a second submission in the same second gets {@code _1}. */
    private String freeRunDir() {
        String base = runRoot + "/" + submit.stamp();
        String dir = base;
        for (int i = 1; state.submissionBook().hasRunDir(dir); i++) {
            dir = base + "_" + i;
        }
        return dir;
    }

    private Optional<Rejection> neverFits(List<TaskSpec> tasks) {
        Set<Shape> seen = new HashSet<>();
        for (TaskSpec spec : tasks) {
            if (seen.add(Shape.of(spec)) && !Placer.fitsAnywhere(spec, state.nodes())) {
                return Optional.of(Rejection.NeverFits.of(spec, state.nodes()));
            }
        }
        return Optional.empty();
    }

    /** Ids that tasks of this submission get, in order. */
    static TaskId idAt(ClusterState state, int index) {
        return new TaskId(state.nextTask() + index);
    }

    /**
     * Groups that the fullnames imply, closed unless listed as open; a listed one without tasks is
     * none.
     */
    static List<Group> groupsOf(List<TaskSpec> tasks, List<Group> listed) {
        Map<String, Group> known = new HashMap<>();
        listed.forEach(group -> known.put(group.fullname(), group));
        TreeMap<String, Group> groups = new TreeMap<>();
        for (TaskSpec task : tasks) {
            String parent = TaskTable.parentOf(task.fullname());
            while (!parent.isEmpty() && !groups.containsKey(parent)) {
                groups.put(parent, known.getOrDefault(parent, new Group(parent, false)));
                parent = TaskTable.parentOf(parent);
            }
        }
        return List.copyOf(groups.values());
    }
}
