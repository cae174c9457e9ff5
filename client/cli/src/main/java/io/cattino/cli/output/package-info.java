/** How things are written for people and for programs: tables, JSON, colours, times, failures. */
@NullMarked
package io.cattino.cli.output;

import org.jspecify.annotations.NullMarked;
