package io.cattino.coordinator.journal;

import org.apache.zookeeper.KeeperException;

/** What ZooKeeper's refusals mean for the journal. */
final class ZooKeeperErrors {
    private ZooKeeperErrors() {}

    /** A call whose failures are ZooKeeper's. */
    interface Call<T> {
        T run() throws KeeperException, InterruptedException;
    }

    /**
     * Runs a call; its failures become the journal's.
     *
     * @param what was tried, for the message: {@code read record 12}
     */
    static <T> T call(String what, Call<T> call) throws JournalException {
        try {
            return call.run();
        } catch (KeeperException e) {
            throw failed(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("could not " + what + ": interrupted", e);
        }
    }

    static JournalException failed(String what, KeeperException e) {
        String why =
                switch (e.code()) {
                    case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT ->
                            "ZooKeeper cannot be reached, or has no quorum";
                    case SESSIONEXPIRED, SESSIONMOVED -> "the ZooKeeper session is lost";
                    case NOAUTH, AUTHFAILED, INVALIDACL ->
                            "ZooKeeper does not accept the credential for " + e.getPath();
                    default -> e.code() + " at " + e.getPath();
                };
        return new JournalException("could not " + what + ": " + why, e);
    }
}
