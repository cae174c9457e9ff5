/** Where the server is: addresses, settings, the files of the local one, and starting it. */
@NullMarked
package io.cattino.cli.server;

import org.jspecify.annotations.NullMarked;
