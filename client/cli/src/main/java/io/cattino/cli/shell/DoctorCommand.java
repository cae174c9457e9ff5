package io.cattino.cli.shell;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Widths;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;

/** {@code meow doctor}: what is wrong here. */
public final class DoctorCommand extends MeowCommand {

    private boolean json;

    public DoctorCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Look for what keeps Cattino from working here, and say how to put it right.",
                "Exits with 1 if something does not work.");
        syntax.option("--json").says("An array").flag(it -> json = it);
    }

    @Override
    public boolean speaksJson() {
        return json;
    }

    @Override
    protected Exit execute() {
        List<Check> checks = checks();
        if (json) {
            output().json(checks.stream().map(Check::json).toList());
        } else if (output().toPeople()) {
            tell(checks);
        } else {
            checks.forEach(check ->
                    output().values(
                                    List.of(
                                            check.verdict().word(),
                                            check.subject(),
                                            check.text(),
                                            check.fix())));
        }
        boolean works = checks.stream().noneMatch(check -> check.verdict() == Check.Verdict.ERROR);
        return works ? Exit.OK : Exit.FAILED;
    }

    private List<Check> checks() {
        HostChecks host = new HostChecks(session());
        List<Check> checks = new ArrayList<>();
        checks.add(host.java());
        checks.add(host.home());
        checks.add(host.disk());
        checks.add(host.files());
        checks.add(host.python());
        checks.add(host.config());
        host.lost().ifPresent(checks::add);
        try {
            checks.addAll(new FarmChecks(session()).all());
        } catch (Failure e) {
            // Where the server is cannot be found out.
            checks.add(
                    Check.error(
                            "server",
                            String.valueOf(e.getMessage()),
                            e.next().isEmpty() ? "" : e.next().getLast()));
        }
        return checks;
    }

    private void tell(List<Check> checks) {
        int width = checks.stream().mapToInt(check -> Widths.of(check.subject())).max().orElse(0);
        boolean colours = output().colours();
        for (Check check : checks) {
            output().line(
                            "%s %s  %s"
                                    .formatted(
                                            check.verdict()
                                                    .colour()
                                                    .paint(check.verdict().glyph(), colours),
                                            Widths.pad(check.subject(), width),
                                            check.text()));
            if (!check.fix().isEmpty()) {
                output().line(" ".repeat(width + 4) + "→ " + output().named(check.fix()));
            }
        }
    }
}
