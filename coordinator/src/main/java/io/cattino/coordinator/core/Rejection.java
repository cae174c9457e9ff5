package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.placement.Never;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * An expected refusal, as a value: nothing was stored. {@link #text()} says what and why, {@link
 * #hint()} the fix.
 */
public sealed interface Rejection {
    String text();

    /** The fix, often a command; may be empty. */
    String hint();

    /**
     * A value that cannot be.
     *
     * @param field path in the request, {@code tasks[3].devices.count}
     */
    record Invalid(String field, String text, String hint) implements Rejection {}

    /** A request of this id exists with other content. */
    record RequestIdReused(String request) implements Rejection {
        @Override
        public String text() {
            return "request id " + request + " was used for another request";
        }

        @Override
        public String hint() {
            return "make a new request id for every request";
        }
    }

    /** A name is taken. */
    record NameExists(String name, String text, String hint) implements Rejection {}

    record NotFound(String what, String name, List<String> similar) implements Rejection {
        public NotFound {
            similar = List.copyOf(similar);
        }

        @Override
        public String text() {
            return what + " '" + name + "' does not exist";
        }

        @Override
        public String hint() {
            return similar.isEmpty() ? "" : "did you mean: " + String.join(", ", similar) + " ?";
        }
    }

    /**
     * The edges go round.
     *
     * @param cycle fullnames, first = last
     */
    record Cycle(List<String> cycle) implements Rejection {
        private static final int SHOWN = 10;

        public Cycle {
            cycle = List.copyOf(cycle);
        }

        @Override
        public String text() {
            return "the dependencies form a cycle: " + String.join(" → ", shown());
        }

        /** A long one is cut in the middle: people read this. */
        private List<String> shown() {
            if (cycle.size() <= SHOWN) {
                return cycle;
            }
            List<String> shown = new ArrayList<>(cycle.subList(0, SHOWN - 1));
            shown.add("(" + (cycle.size() - SHOWN) + " more)");
            shown.add(cycle.getLast());
            return shown;
        }

        @Override
        public String hint() {
            return "remove one of these edges";
        }
    }

    /**
     * No node known so far could ever hold the task.
     *
     * @param spelling what was meant, perhaps; may be empty
     */
    record NeverFits(String task, String text, String spelling) implements Rejection {
        static NeverFits of(TaskSpec spec, Collection<Node> nodes) {
            Never never = Never.of(spec, nodes);
            return new NeverFits(spec.fullname(), "never fits: " + never.text(), never.spelling());
        }

        @Override
        public String hint() {
            return (spelling.isEmpty() ? "ask for less" : spelling)
                    + ", or queue it all the same: --allow-unfit";
        }
    }

    record WrongState(String name, String text, String hint) implements Rejection {}

    /** A limit of the farm. */
    record Limit(String field, String text, String hint) implements Rejection {}

    /** Another live agent is this node, or has its name. */
    record DuplicateNode(String name, String text) implements Rejection {
        @Override
        public String hint() {
            return "start the agent with another --name, or forget the other machine: meow node forget "
                    + name;
        }
    }

    /** A message of a session that a newer one replaced. */
    record StaleSession(long generation) implements Rejection {
        @Override
        public String text() {
            return "session " + generation + " was replaced by a newer one";
        }

        @Override
        public String hint() {
            return "";
        }
    }
}
