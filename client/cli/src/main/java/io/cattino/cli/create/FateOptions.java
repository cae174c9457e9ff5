package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.OnDisconnect;
import io.cattino.client.ProcTask;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code create} can say of a task whose node is lost, or that gets too little memory. */
final class FateOptions {

    private @Nullable String policy;
    private @Nullable String after;
    private @Nullable String oomRetry;

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
        syntax.option("--oom-retry")
                .label("xN")
                .says(
                        "If it ends for want of memory, try it again: with so many times what it asked for if it wanted more (x1.5), else as it is. Default: it fails")
                .text(it -> oomRetry = it);
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
        if (oomRetry != null) {
            double factor = factor(oomRetry);
            try {
                task.oomRetry(factor);
            } catch (IllegalArgumentException _) {
                throw Failure.usage("--oom-retry is between x1.1 and x10, not " + oomRetry);
            }
        }
    }

    private static double factor(String text) {
        String number = text.startsWith("x") ? text.substring(1) : text;
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException _) {
            throw Failure.usage("--oom-retry is a factor, as in x1.5, not '%s'".formatted(text));
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
