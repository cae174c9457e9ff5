/**
 * The servers people start: everything in one process, or a coordinator and agents apart; and where
 * they keep their files.
 */
@NullMarked
package io.cattino.server;

import org.jspecify.annotations.NullMarked;
