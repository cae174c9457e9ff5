/**
 * How the library talks to coordinators and maps values to and from the wire; of no concern to its
 * users.
 */
@NullMarked
package io.cattino.client.internal;

import org.jspecify.annotations.NullMarked;
