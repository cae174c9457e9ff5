/**
 * What the commands have in common: the base class, which tasks are meant, the fields of a task.
 */
@NullMarked
package io.cattino.cli.command;

import org.jspecify.annotations.NullMarked;
