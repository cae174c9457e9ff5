package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.OnDisconnect;
import io.cattino.client.ProcTask;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code create} can say of a task whose node stays out of contact. */
final class LossOptions {

    private @Nullable String policy;
    private @Nullable String after;

    /** What it takes. */
    void declare(Syntax syntax) {
        syntax.option("--on-disconnect")
                .label("POLICY")
                .says(
                        "If its node stays out of contact: requeue (start it again elsewhere), wait (for the node) or fail. Default: the setting on-disconnect")
                .text(it -> policy = it);
        syntax.option("--lost-after")
                .label("DURATION")
                .says("How long that has to be: 15s to 30d. Default: the setting lost-after")
                .text(it -> after = it);
    }

    /** Says it of a task. */
    void apply(ProcTask.Builder task) {
        if (policy != null) {
            task.onDisconnect(policy(policy));
        }
        if (after != null) {
            try {
                task.lostAfter(Times.parse(after));
            } catch (IllegalArgumentException e) {
                throw Failure.usage("--lost-after: " + e.getMessage());
            }
        }
    }

    private static OnDisconnect policy(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "requeue" -> OnDisconnect.REQUEUE;
            case "wait" -> OnDisconnect.WAIT;
            case "fail" -> OnDisconnect.FAIL;
            default ->
                    throw Failure.usage(
                            "--on-disconnect is requeue, wait or fail, not '%s'".formatted(word));
        };
    }
}
