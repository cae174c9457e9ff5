package io.cattino.client;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that was asked of a coordinator and did not work. Its message says what and why, {@link
 * #hint()} what to do next. Unchecked; the subclasses are the cases that programs tell apart.
 */
public class MeowException extends RuntimeException {

    /** What a coordinator said beside the message. */
    private final Details details;

    /** A failure without a case of its own. */
    public MeowException(String message, Details details, @Nullable Throwable cause) {
        super(message, cause);
        this.details = details;
    }

    /**
     * What a coordinator says beside the message.
     *
     * @param code stable name of the case in UPPER_SNAKE_CASE: {@code NOT_FOUND}, {@code
     *     NAME_EXISTS}, ...
     * @param hint what to do next; may be empty
     * @param field path of the field of the request that is wrong; empty if none is
     * @param metadata anything else, by key
     */
    public record Details(String code, String hint, String field, Map<String, String> metadata)
            implements Serializable {
        public Details {
            metadata = Map.copyOf(metadata);
        }

        /** A case and nothing else. */
        public static Details of(String code) {
            return new Details(code, "", "", Map.of());
        }

        /** A case and what to do next. */
        public static Details of(String code, String hint) {
            return new Details(code, hint, "", Map.of());
        }
    }

    /**
     * Stable name of the case, for programs, in UPPER_SNAKE_CASE: {@code NOT_FOUND}, {@code
     * NAME_EXISTS}, ...
     */
    public String code() {
        return details.code();
    }

    /** What to do next, for people; may be empty. */
    public String hint() {
        return details.hint();
    }

    /** Path of the field of the request that is wrong; empty if none is. */
    public String field() {
        return details.field();
    }

    /** Anything else that the coordinator said, by key. */
    public Map<String, String> metadata() {
        return details.metadata();
    }

    /** There is no such task, group, node, setting or file. */
    public static final class NotFound extends MeowException {
        /** See {@link MeowException}. */
        public NotFound(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }

    /** The name is taken. */
    public static final class AlreadyExists extends MeowException {
        /** See {@link MeowException}. */
        public AlreadyExists(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }

    /** No node that is known could ever hold the task. */
    public static final class NeverFits extends MeowException {
        /** Why no node could ever hold it. */
        private final Reason reason;

        /** See {@link MeowException}. */
        public NeverFits(
                String message, Details details, Reason reason, @Nullable Throwable cause) {
            super(message, details, cause);
            this.reason = reason;
        }

        /** What is asked for and what the largest node has. */
        public Reason reason() {
            return reason;
        }
    }

    /** The task or node is not in a state that the command applies to. */
    public static final class WrongState extends MeowException {
        /** See {@link MeowException}. */
        public WrongState(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }

    /**
     * No coordinator answered in time, none of them leads, or the client is closed. A write may or
     * may not have been stored; asking again with the same object is safe.
     */
    public static final class Unavailable extends MeowException {
        /** See {@link MeowException}. */
        public Unavailable(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }

    /** The token is missing or wrong, or does not allow it. */
    public static final class PermissionDenied extends MeowException {
        /** See {@link MeowException}. */
        public PermissionDenied(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }

    /** What was handed in is wrong; {@link #field()} says where. */
    public static final class InvalidTask extends MeowException {
        /** See {@link MeowException}. */
        public InvalidTask(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }

    /** A limit is reached, or the coordinator has too much to do; later it may work. */
    public static final class ResourceExhausted extends MeowException {
        /** See {@link MeowException}. */
        public ResourceExhausted(String message, Details details, @Nullable Throwable cause) {
            super(message, details, cause);
        }
    }
}
