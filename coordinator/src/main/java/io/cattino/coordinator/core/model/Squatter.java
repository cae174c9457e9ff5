package io.cattino.coordinator.core.model;

/**
 * A process on a device that is no task's.
 *
 * @param user who owns it, as the node calls them; empty if nobody knows
 * @param command the name of its program; empty if nobody knows
 * @param startedWallMs when it started, by the node's clock; 0 if nobody knows
 * @param usedMib memory of the device that it uses
 */
public record Squatter(long pid, String user, String command, long startedWallMs, long usedMib) {

    /** {@code python3, PID 4711 of alice}. */
    public String text() {
        return (command.isEmpty() ? "" : command + ", ")
                + "PID "
                + pid
                + (user.isEmpty() ? "" : " of " + user);
    }
}
