/**
 * Cattino for Java programs: describe tasks as values, hand them in, follow them, stop them.
 *
 * <p>Start at {@link io.cattino.client.MeowClient}. No type of the wire protocol appears in this
 * package, so that the protocol may change without breaking its users. Failures are {@link
 * io.cattino.client.MeowException}s, unchecked, with a hint that tells the fix.
 */
@NullMarked
package io.cattino.client;

import org.jspecify.annotations.NullMarked;
