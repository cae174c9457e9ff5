/** The commands of {@code meow}, one class each, and what several of them share. */
@NullMarked
package io.cattino.cli.command;

import org.jspecify.annotations.NullMarked;
