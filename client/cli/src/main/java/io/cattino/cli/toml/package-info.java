/** TOML files: reading them, and changing single values while all else in them stays. */
@NullMarked
package io.cattino.cli.toml;

import org.jspecify.annotations.NullMarked;
