package io.cattino.coordinator.core;

/** What keeps a node that is in contact from taking tasks, until a heartbeat comes without it. */
public enum NodeTrouble {
    /** It could not be relied upon to kill what the leader gives up. */
    FENCE_DOWN("FenceDown", "its fence is not alive"),
    /** Of its state or of the logs. */
    DISK_FULL("DiskFull", "its disk is full"),
    /** Its heartbeats arrive, and what it is told does not. */
    DEAF("Deaf", "what it is told does not arrive"),
    /** Of an agent that is newer than this. */
    OTHER("Other", "its agent reports a trouble that this version does not know");

    private final String word;
    private final String text;

    NodeTrouble(String word, String text) {
        this.word = word;
        this.text = text;
    }

    /** CamelCase, as every surface shows it. */
    public String word() {
        return word;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
