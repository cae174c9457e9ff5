package io.cattino.agent.core;

import java.util.List;

/**
 * One attempt as this node knows it.
 *
 * @param id its name
 * @param devices what it was promised, and holds until it is released
 * @param graceMs milliseconds from TERM to KILL
 * @param phase where it is
 * @param lastSignal number of the last signal command that was obeyed; 0 before the first
 * @param pid of the command; 0 before it was seen
 * @param startWallMs when the command started; 0 before it was seen
 */
public record Attempt(
        AttemptId id,
        List<DevicePromise> devices,
        long graceMs,
        Phase phase,
        int lastSignal,
        long pid,
        long startWallMs) {

    public Attempt {
        devices = List.copyOf(devices);
    }

    /** Whether it is over and nothing of it is left. */
    public boolean isReleased() {
        return switch (phase) {
            case Phase.Ended _, Phase.Tombstone _ -> true;
            case Phase.Preparing _,
                    Phase.Starting _,
                    Phase.Running _,
                    Phase.Stopping _,
                    Phase.Cleaning _,
                    Phase.Stranded _ ->
                    false;
        };
    }

    /** Whether a log of it may still grow. */
    public boolean mayWrite() {
        return !isReleased() && !(phase instanceof Phase.Stranded);
    }

    Attempt in(Phase next) {
        return new Attempt(id, devices, graceMs, next, lastSignal, pid, startWallMs);
    }

    Attempt signalled(int number) {
        return new Attempt(id, devices, graceMs, phase, number, pid, startWallMs);
    }

    Attempt graceless() {
        return new Attempt(id, devices, 0, phase, lastSignal, pid, startWallMs);
    }

    Attempt started(long commandPid, long wallMs) {
        return new Attempt(id, devices, graceMs, phase, lastSignal, commandPid, wallMs);
    }
}
