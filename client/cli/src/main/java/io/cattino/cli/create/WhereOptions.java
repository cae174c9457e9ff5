package io.cattino.cli.create;

import io.cattino.cli.syntax.Syntax;
import io.cattino.client.ProcTask;
import io.cattino.client.Where;
import org.jspecify.annotations.Nullable;

/** What {@code create} can say of where a task may run. */
final class WhereOptions {

    private @Nullable String constraint;
    private @Nullable String nodelist;
    private @Nullable String exclude;
    private @Nullable String prefer;

    /** What it takes. */
    void declare(Syntax syntax) {
        syntax.option("-C", "--constraint")
                .label("TERMS")
                .says(
                        "Only where all of these hold: gpu.model=A100|H100, gpu.memory>=40G, gpu.driver>=535.54, gpu.kind=cuda, label.rack=r1, !label.old")
                .text(it -> constraint = it);
        syntax.option("-w", "--nodelist")
                .label("NODE")
                .says("Only on these nodes: gpu-0[1-4],gpu-9,big-*")
                .text(it -> nodelist = it);
        syntax.option("-x", "--exclude")
                .label("NODE")
                .says("Not on these nodes")
                .text(it -> exclude = it);
        syntax.option("--prefer")
                .label("TERMS")
                .says(
                        "Rather where all of these hold, but not later for it: as -C, and node=gpu-01")
                .text(it -> prefer = it);
    }

    /** Says it of a task. */
    void apply(ProcTask.Builder task) {
        task.where(where -> {
            Where said = where;
            said = constraint == null ? said : said.withConstraint(constraint);
            said = nodelist == null ? said : said.withNodes(nodelist);
            said = exclude == null ? said : said.withExcluded(exclude);
            return prefer == null ? said : said.withPreference(prefer);
        });
    }
}
