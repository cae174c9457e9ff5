package io.cattino.cli.follow;

import io.cattino.cli.output.Output;

/**
 * Says, when ^C ends this process, that the tasks live on. Java then exits with 128 + the signal by
 * itself.
 */
public final class Leaving implements AutoCloseable {

    private final Thread hook;

    private Leaving(Thread hook) {
        this.hook = hook;
    }

    /** From now on, until it is closed. */
    public static Leaving say(Output output, String text) {
        Thread hook =
                Thread.ofPlatform()
                        .name("meow-leaving")
                        .unstarted(() -> {
                            output.flush();
                            output.warn((output.errorToPeople() ? "\n" : "") + text);
                        });
        Runtime.getRuntime().addShutdownHook(hook);
        return new Leaving(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending: whoever ended it decides the exit code.
        }
    }
}
