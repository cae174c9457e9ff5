/**
 * The agent's decisions, as a pure state machine over values: desired against actual; no I/O, no
 * clock, no threads.
 */
@NullMarked
package io.cattino.agent.core;

import org.jspecify.annotations.NullMarked;
