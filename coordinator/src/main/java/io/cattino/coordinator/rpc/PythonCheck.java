package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.PythonObject;
import io.cattino.proto.v1.PythonScript;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at what nodes are to do with Python. Stateless, but for the findings. */
final class PythonCheck {

    private static final Set<String> HOOKS = Set.of("on_start", "on_end");
    private static final Pattern EXPORT_PATH = Pattern.compile("\\d{1,9}(/\\d{1,9}){0,16}");
    private static final int MAX_PATH_BYTES = 4096;
    private static final int MAX_SEARCH_PATHS = 1000;

    private final Findings findings;

    PythonCheck(Findings findings) {
        this.findings = findings;
    }

    /** How the script is run, if it is to be run. */
    boolean script(Context context) {
        if (!context.hasPythonScript()) {
            return true;
        }
        String field = "context.python_script";
        PythonScript script = context.getPythonScript();
        if (!script.getPath().startsWith("/")) {
            return findings.invalid(
                    field + ".path", "is not absolute", "give the whole path of the script");
        }
        if (script.getPython().isEmpty()) {
            return findings.invalid(
                    field + ".python", "names no interpreter", "give sys.executable");
        }
        if (script.getSearchPathCount() > MAX_SEARCH_PATHS) {
            return findings.invalid(
                    field + ".search_path",
                    script.getSearchPathCount() + " entries; at most " + MAX_SEARCH_PATHS,
                    "leave out what is installed anyway");
        }
        return findings.text(field + ".path", script.getPath(), MAX_PATH_BYTES)
                && findings.text(field + ".python", script.getPython(), MAX_PATH_BYTES)
                && findings.text(field + ".seed", script.getSeed(), Limits.MAX_WORD_BYTES)
                && script.getSearchPathList().stream()
                        .allMatch(entry ->
                                findings.text(field + ".search_path", entry, MAX_PATH_BYTES));
    }

    /**
     * An object of the script.
     *
     * @param hasScript whether the context says how the script is run
     */
    boolean object(String field, PythonObject object, boolean hasScript) {
        if (!hasScript) {
            return findings.invalid(
                    field, "needs a script", "say in context.python_script how it is run");
        }
        if (object.getKind() == PythonObject.Kind.UNRECOGNIZED
                || object.getKind() == PythonObject.Kind.KIND_GROUP_END) {
            return findings.invalid(
                    field + ".kind", "is not known here", "COMMAND, FUNCTION or CUSTOM");
        }
        if (!EXPORT_PATH.matcher(object.getExportPath()).matches()) {
            return findings.invalid(
                    field + ".export_path",
                    "is no path of indices",
                    "the index of the export, then those within its groups: 0/1");
        }
        for (String hook : object.getHooksList()) {
            if (!HOOKS.contains(hook)) {
                return findings.invalid(
                        field + ".hooks",
                        "'" + Texts.sentence(hook) + "' is no hook",
                        "on_start, on_end");
            }
        }
        return findings.text(
                field + ".exported_name", object.getExportedName(), Limits.MAX_TEXT_BYTES);
    }
}
