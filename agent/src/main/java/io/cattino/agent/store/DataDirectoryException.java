package io.cattino.agent.store;

/** A data directory that this agent cannot use; the message says why and what to do. */
public final class DataDirectoryException extends RuntimeException {

    DataDirectoryException(String message) {
        super(message);
    }

    DataDirectoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
