/**
 * The placement code against a published trace of tasks that share cards: how much of a farm is
 * allocated when far more is asked for than it has.
 */
@NullMarked
package io.cattino.it.openb;

import org.jspecify.annotations.NullMarked;
