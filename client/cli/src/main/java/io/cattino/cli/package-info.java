/** The {@code meow} command: reads the command line, runs one command, and says what went wrong. */
@NullMarked
package io.cattino.cli;

import org.jspecify.annotations.NullMarked;
