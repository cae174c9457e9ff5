package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.server.ClientSetting;
import io.cattino.cli.server.Config;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.ParentInfo;
import io.cattino.client.Setting;
import io.cattino.client.TaskInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code meow set}: shows and changes settings, and attributes of waiting tasks. */
public final class SetCommand extends MeowCommand {

    /** Settings that a later step brings, and whose they will be. */
    private static final Map<String, String> LATER =
            Map.of(
                    "visible-devices", "the agent's, on each machine",
                    "debugging", "the server's");

    /** What is no text, and where it is written instead. */
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "magic-constants",
                    "in pyproject.toml, below [tool.cattino.magic-constants]: corpus = \"/data/corpus\"",
                    "resolvers",
                    "in ~/.config/cattino/resolvers.py: Magics.register_new_resolver(\"double\", lambda x: ...)");

    private @Nullable String key;
    private @Nullable String value;
    private @Nullable String json;

    public SetCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Change a setting, or an attribute of a waiting task; without a VALUE show settings.",
                "The cluster's settings count for everybody. The client's are stored in ./pyproject.toml ([tool.cattino]) if that file exists, else in $$CATTINO_HOME/settings.toml.",
                "Attributes: priority, min_devices, requires_memory_per_device, name, after and after_any (NAME,NAME; '' is nothing), labels (K=V,K=V), constraint, nodelist, exclude and prefer (as create takes them; '' is none). Examples:",
                "  set                                 all settings, their values, and where they are from",
                "  set override-exist-tasks rename",
                "  set train.priority 5",
                "  set eval.after ''                   waits for nothing any more",
                "  set train.constraint gpu.model=H200");
        syntax.word("SETTING|TASK.ATTR")
                .arity("0..1")
                .says("What to show or to change")
                .text(it -> key = it);
        syntax.word("VALUE").arity("0..1").says("Its new value").text(it -> value = it);
        syntax.option("--json")
                .label("FIELD,...")
                .arity("0..1")
                .says("Without a VALUE: as an array of objects, with these fields")
                .text(it -> json = it);
    }

    @Override
    public boolean speaksJson() {
        return json != null;
    }

    @Override
    protected Exit execute() {
        if (key == null) {
            Optional<MeowClient> farm = session().clientIfServerRuns();
            Exit shown = show(rows(farm));
            if (farm.isEmpty()) {
                output().note("The cluster's are not shown: no server runs.");
            }
            return shown;
        }
        if (value == null) {
            return showOne(key);
        }
        if (key.contains(".")) {
            output().note(inWords(new TaskAttributes(client()).set(key, value)));
            return Exit.OK;
        }
        String setting = key.replace('_', '-');
        refuseOthers(setting);
        Optional<ClientSetting> ours = ClientSetting.of(setting);
        if (ours.isPresent()) {
            setOurs(ours.get(), value);
        } else {
            setClusters(setting, value);
        }
        return Exit.OK;
    }

    private List<SettingsTable.Row> rows(Optional<MeowClient> farm) {
        return SettingsTable.rows(farm, session().settings(), Config.of(session().env()));
    }

    private Exit show(List<SettingsTable.Row> rows) {
        if (json != null) {
            List<String> fields = SettingsTable.Row.fields(json);
            output().json(rows.stream().map(row -> row.json(fields)).toList());
        } else {
            SettingsTable.write(output(), rows);
        }
        return Exit.OK;
    }

    private static String inWords(TaskInfo task) {
        List<String> parts = new ArrayList<>();
        parts.add(TaskWords.need(task.devices()) + TaskWords.where(task.where()));
        parts.add("priority " + task.priority());
        if (!task.parents().isEmpty()) {
            parts.add(
                    "after "
                            + String.join(
                                    ", ",
                                    task.parents().stream().map(ParentInfo::fullname).toList()));
        }
        task.labels().forEach((label, of) -> parts.add(label + "=" + of));
        return task.fullname() + ": " + String.join(", ", parts);
    }

    private Exit showOne(String wanted) {
        String setting = wanted.replace('_', '-');
        if (wanted.contains(".")) {
            throw Failure.usage(
                    "set %s to what?".formatted(wanted),
                    "see it: meow describe " + wanted.substring(0, wanted.lastIndexOf('.')));
        }
        refuseOthers(setting);
        Optional<MeowClient> farm =
                ClientSetting.of(setting).isPresent() ? Optional.empty() : Optional.of(client());
        List<SettingsTable.Row> rows = rows(farm);
        return show(
                rows.stream()
                        .filter(row -> row.key().equals(setting))
                        .findFirst()
                        .map(List::of)
                        .orElseThrow(() ->
                                unknown(
                                        wanted,
                                        rows.stream().map(SettingsTable.Row::key).toList())));
    }

    private static void refuseOthers(String setting) {
        String elsewhere = ELSEWHERE.get(setting);
        if (elsewhere != null) {
            throw Failure.usage(
                    "'%s' is not set by a command, but in a file of yours".formatted(setting),
                    elsewhere);
        }
        String whose = LATER.get(setting);
        if (whose != null) {
            throw Failure.later("the setting '%s' (%s)".formatted(setting, whose));
        }
    }

    private void setOurs(ClientSetting setting, String wanted) {
        setting.check().accept(wanted);
        Path file = session().settings().store(setting.key(), wanted);
        output().note(
                        "%s is %s now for meow on this machine, in %s."
                                .formatted(setting.key(), wanted, file));
        Config user = Config.of(session().env());
        String users = user.get(setting.key());
        if (!users.isEmpty()) {
            output().note(
                            "It comes before the %s %s of %s."
                                    .formatted(setting.key(), users, user.file().path()));
        }
    }

    private void setClusters(String setting, String wanted) {
        List<String> known =
                new ArrayList<>(client().cluster().settings().stream().map(Setting::key).toList());
        if (!known.contains(setting)) {
            ClientSetting.ALL.forEach(ours -> known.add(ours.key()));
            throw unknown(setting, known);
        }
        Setting now = client().cluster().set(setting, wanted);
        output().note(
                        "%s is %s now (default: %s)."
                                .formatted(now.key(), now.value(), now.defaultValue()));
    }

    private static Failure unknown(String setting, List<String> known) {
        return Failure.usage(
                "there is no setting '%s'".formatted(setting),
                Text.nearest(setting, known)
                        .map("did you mean: %s ?"::formatted)
                        .orElseGet(() -> "there are: " + String.join(", ", known)));
    }
}
