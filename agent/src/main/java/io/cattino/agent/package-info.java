/** Runs tasks on one host, and tells the coordinator about its devices. */
@NullMarked
package io.cattino.agent;

import org.jspecify.annotations.NullMarked;
