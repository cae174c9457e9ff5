package io.cattino.coordinator.journal;

/** The journal cannot do what it was asked. */
public class JournalException extends Exception {
    private static final long serialVersionUID = 1L;

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Another leader took over: exit code 70. */
    public static final class Fenced extends JournalException {
        private static final long serialVersionUID = 1L;

        public Fenced(String message) {
            super(message);
        }
    }

    /** A committed record cannot be read, or the store belongs to another cluster: exit code 78. */
    public static final class Corrupt extends JournalException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message) {
            super(message);
        }

        public Corrupt(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
