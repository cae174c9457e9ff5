package io.cattino.cli.create;

import java.util.Set;

/** Options of {@code create} that a later step brings: refused by name, never ignored. */
final class LaterOptions {

    static final Set<String> ALL =
            Set.of(
                    "-N",
                    "--nodes",
                    "-t",
                    "--time-limit",
                    "--signal",
                    "--after-fail",
                    "--retries",
                    "--retry-on",
                    "--backoff",
                    "--crash-limit",
                    "-a",
                    "--array",
                    "--each-line",
                    "--from-json",
                    "--sweep",
                    "--max-fails",
                    "-o",
                    "--stdout",
                    "--stderr",
                    "--share",
                    "--mem",
                    "--begin",
                    "--comment",
                    "--snapshot",
                    "--launch");

    private LaterOptions() {}
}
