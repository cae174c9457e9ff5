package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scheduler: one input in, facts, effects and a reply out. Deterministic: the same inputs make
 * the same facts, byte for byte. Not thread-safe; the loop's thread owns it.
 */
public final class SchedulerCore implements View {
    private final ClusterState state;
    private final Observations observations;
    private final Retention retention = new Retention();
    private final Reasons reasons;
    private final String runRoot;
    private boolean dirty = true;

    /**
     * @param state the core's own from here on
     * @param runRoot absolute directory below which submissions get theirs
     */
    public SchedulerCore(ClusterState state, String runRoot) {
        this.state = state;
        this.runRoot = runRoot;
        this.observations = new Observations(state);
        this.reasons = new Reasons(state, observations);
    }

    /** Takes one input. Its time must not be before that of the last one. */
    public Step step(Input input) {
        observations.at(input.at());
        Turn turn = new Turn(state, input.at());
        Reply reply = dispatch(turn, input);
        if (turn.madeFacts()) {
            GroupEnd.look(turn, observations, reasons);
        }
        Step step = turn.end(reply);
        step.facts().forEach(observations::see);
        dirty |= worthALook(input);
        return step;
    }

    /** Heartbeats come all the time: the next tick on time is soon enough for them. */
    private static boolean worthALook(Input input) {
        return !(input instanceof Input.Tick || input instanceof Input.AgentSampled);
    }

    private Reply dispatch(Turn turn, Input input) {
        AgentDesk agents = new AgentDesk(turn, observations);
        return switch (input) {
            case Input.Activated i -> {
                turn.emit(new Fact.EpochBegan(i.at(), i.epoch(), i.owner()));
                yield new Reply.Nothing();
            }
            case Input.Serving _ -> {
                observations.serving();
                yield new Reply.Nothing();
            }
            case Input.Tick _ -> onTick(turn);
            case Input.Submit i -> onSubmit(turn, i);
            case Input.Asked i -> asked(turn, i);
            case Input.ClientCommand i -> command(turn, i);
            case Input.Exit _ -> TaskDesk.exit(turn, observations);
            case Input.AgentConnected i -> agents.connected(i);
            case Input.AgentReported i -> agents.reported(i);
            case Input.AgentSampled i -> agents.sampled(i);
            case Input.AgentGone i -> agents.gone(i.node(), i.generation());
            case Input.AgentGoodbye i -> agents.goodbye(i);
            case Input.StandbysSeen i -> {
                observations.standbys(i.any());
                yield new Reply.Nothing();
            }
            case Input.TakeCheckpoint i -> {
                turn.emit(new Fact.Checkpoint(i.at(), state.fingerprint()));
                yield new Reply.Nothing();
            }
        };
    }

    private Reply command(Turn turn, Input.ClientCommand command) {
        return switch (command) {
            case Input.Control i -> TaskDesk.control(turn, i);
            case Input.SetTask i -> AttributeDesk.set(turn, i);
            case Input.SetSetting i -> NodeDesk.setSetting(turn, i);
            case Input.DrainNode i -> NodeDesk.drain(turn, i);
            case Input.UndrainNode i -> NodeDesk.undrain(turn, i);
            case Input.UseDevice i -> NodeDesk.use(turn, observations, i);
            case Input.HoldFences i -> NodeDesk.holdFences(turn, i);
            case Input.ForgetNode i -> new AgentDesk(turn, observations).forget(i);
        };
    }

    /** A command that changed nothing may be tried again; one that did is known by its id. */
    private Reply asked(Turn turn, Input.Asked asked) {
        Optional<Fact.Answered> before = state.answers().to(asked.requestId());
        if (before.isPresent()) {
            return before.get().digest().equals(asked.digest())
                    ? again(turn, before.get().answer())
                    : new Reply.Rejected(new Rejection.RequestIdReused(asked.requestId()));
        }
        Reply reply = command(turn, asked.command());
        if (turn.madeFacts()) {
            answer(reply)
                    .ifPresent(answer ->
                            turn.emit(
                                    new Fact.Answered(
                                            turn.at(), asked.requestId(), asked.digest(), answer)));
        }
        return reply;
    }

    private static Optional<Answer> answer(Reply reply) {
        return switch (reply) {
            case Reply.Changes(var changes) -> Optional.of(new Answer.Changes(changes));
            case Reply.TaskChanged(Task task) -> Optional.of(new Answer.OfTask(task.id()));
            case Reply.NodeChanged(var node) -> Optional.of(new Answer.OfNode(node));
            case Reply.SettingsAre _ -> Optional.of(new Answer.OfSettings());
            case Reply.FencesHeld _ -> Optional.of(new Answer.OfFenceHold());
            case Reply.Nothing _,
                    Reply.Rejected _,
                    Reply.Submitted _,
                    Reply.Exiting _,
                    Reply.Welcomed _,
                    Reply.Acknowledged _,
                    Reply.Away _ ->
                    Optional.empty();
        };
    }

    private Reply again(Turn turn, Answer answer) {
        return switch (answer) {
            case Answer.Changes(var changes) -> new Reply.Changes(changes);
            case Answer.OfTask(var id) ->
                    state.task(id)
                            .<Reply>map(Reply.TaskChanged::new)
                            .orElseGet(() ->
                                    new Reply.Rejected(
                                            new Rejection.NotFound(
                                                    "task", id.toString(), List.of())));
            case Answer.OfNode(var node) -> new Reply.NodeChanged(node);
            case Answer.OfSettings _ -> new Reply.SettingsAre(state.settings());
            case Answer.OfFenceHold _ -> NodeDesk.fenceHold(turn);
        };
    }

    private Reply onTick(Turn turn) {
        retention.run(turn);
        LostContact.look(turn, observations);
        NodeDesk.empty(turn);
        dirty = !observations.exiting() && PlacementPass.run(turn, observations);
        return new Reply.Nothing();
    }

    /** Something happened since the last look at the queue: a Tick soon would be worth it. */
    public boolean dirty() {
        return dirty && !observations.exiting();
    }

    private Reply onSubmit(Turn turn, Input.Submit submit) {
        Optional<Submission> before = state.submission(submit.id());
        if (before.isPresent()) {
            return repeats(submit, before.get())
                    ? submitted(before.get(), submit)
                    : new Reply.Rejected(new Rejection.RequestIdReused(submit.id().value()));
        }
        return switch (SubmissionPlan.of(state, submit, runRoot)) {
            case SubmissionPlan.Plan.Refuse(Rejection rejection) -> new Reply.Rejected(rejection);
            case SubmissionPlan.Plan.Accept(List<Fact> facts) -> {
                Replacement replacement = Replacement.of(state, facts);
                turn.emitAll(facts);
                replacement.rewire(turn);
                yield submitted(submission(submit.id()), submit);
            }
        };
    }

    private static boolean repeats(Input.Submit submit, Submission before) {
        return before.digest().equals(submit.digest())
                && before.tasks().size() == submit.tasks().size();
    }

    private Submission submission(SubmissionId id) {
        return state.submission(id).orElseThrow();
    }

    private Reply submitted(Submission submission, Input.Submit submit) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < submission.tasks().size(); i++) {
            // A task that was removed since is known by the name it was asked for.
            String asked = submit.tasks().get(i).fullname();
            names.add(state.task(submission.tasks().get(i)).map(Task::fullname).orElse(asked));
        }
        return new Reply.Submitted(submission, names);
    }

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public Time now() {
        return observations.now();
    }

    @Override
    public Reason reason(Task task) {
        return reasons.of(task);
    }

    @Override
    public boolean stuck(Task task) {
        return reasons.stuck(task);
    }

    @Override
    public Explanation explain(Task task) {
        return reasons.explain(task);
    }

    @Override
    public Outlook outlook(Input.Submit submit) {
        return Forecast.of(state, observations, reasons, submit, runRoot);
    }

    @Override
    public List<Prospect> prospects(List<Task> tasks) {
        return Forecast.of(state, observations, reasons, tasks);
    }

    @Override
    public NodeHealth health(NodeId node) {
        return observations.health(node);
    }

    @Override
    public Optional<Contact> contact(NodeId node) {
        return observations.contact(node);
    }
}
