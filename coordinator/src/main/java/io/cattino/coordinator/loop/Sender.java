package io.cattino.coordinator.loop;

/**
 * Who puts something into the mailbox, and so how full it may be: clients up to 80 %, the farm
 * itself always.
 */
public enum Sender {
    CLIENT,
    FARM
}
