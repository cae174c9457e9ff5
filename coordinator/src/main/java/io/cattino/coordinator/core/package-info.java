/**
 * The scheduler itself, pure: {@code step(input)} makes facts, effects and a reply; {@code
 * apply(fact)} is the only thing that changes the state. No clock, randomness, I/O, threads or wire
 * formats in here.
 */
@NullMarked
package io.cattino.coordinator.core;

import org.jspecify.annotations.NullMarked;
