package io.cattino.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.DocumentationTool;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The public API's documentation is there, and can be made. */
class JavadocTest {
    private static final Path SOURCES = Path.of("src/main/java");

    /** Only where the sentence above does not say it all: a rule for people, not for a tool. */
    private static final Pattern OPTIONAL = Pattern.compile("no @(param|return|throws).*");

    /** A record's compact constructor: the record's own comment has said it all. */
    private static final Pattern COMPACT = Pattern.compile("\\s*public \\w+ \\{");

    private static final Pattern EXAMPLE =
            Pattern.compile("\\{@snippet :\\n(.*?)\\n \\* }\\n \\*(?=\\n)", Pattern.DOTALL);

    private static final String IMPORTS =
            "import io.cattino.client.*;\nimport io.cattino.testkit.*;\nimport java.time.*;\nimport org.junit.jupiter.api.*;\nimport org.junit.jupiter.api.extension.*;\nimport static org.junit.jupiter.api.Assertions.*;\n";
    private static final String BEFORE = "class Example {";
    private static final String AFTER = "}";

    @TempDir private Path out;

    @Test
    void everythingPublicIsDocumentedWithoutMistakes() throws Exception {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        DocumentationTool tool = ToolProvider.getSystemDocumentationTool();
        StringWriter output = new StringWriter();
        try (StandardJavaFileManager files =
                tool.getStandardFileManager(found, Locale.ROOT, null)) {
            List<String> options =
                    List.of(
                            "-quiet",
                            "-protected",
                            "-Xdoclint:all",
                            "-Xmaxwarns",
                            "10000",
                            "-classpath",
                            System.getProperty("java.class.path"),
                            "-d",
                            out.toString());
            boolean made =
                    tool.getTask(
                                    output,
                                    files,
                                    found,
                                    null,
                                    options,
                                    files.getJavaFileObjectsFromPaths(sources()))
                            .call();
            assertThat(made).as(output.toString()).isTrue();
        }
        assertThat(found.getDiagnostics())
                .filteredOn(d -> d.getKind() != Diagnostic.Kind.NOTE)
                .filteredOn(d -> !OPTIONAL.matcher(d.getMessage(Locale.ROOT)).matches())
                .filteredOn(d -> !COMPACT.matcher(line(d)).matches())
                .isEmpty();
        assertThat(out.resolve("io/cattino/testkit/package-summary.html")).exists();
    }

    @Test
    void theExamplesInItCompile() throws Exception {
        List<String> examples = new ArrayList<>();
        for (Path source : sources()) {
            Matcher example = EXAMPLE.matcher(Files.readString(source));
            while (example.find()) {
                examples.add(example.group(1).replaceAll("(?m)^ \\* ?", ""));
            }
        }
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            assertThat(errors("%s%s\n%s\n%s".formatted(IMPORTS, BEFORE, example, AFTER)))
                    .as(example)
                    .isEmpty();
        }
    }

    private List<Diagnostic<? extends JavaFileObject>> errors(String program) throws Exception {
        Path source = Files.writeString(out.resolve("Example.java"), program);
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(found, Locale.ROOT, null)) {
            boolean compiled =
                    compiler.getTask(
                                    null,
                                    files,
                                    found,
                                    List.of("-proc:none", "-d", out.toString()),
                                    null,
                                    files.getJavaFileObjects(source))
                            .call();
            assertThat(compiled || !found.getDiagnostics().isEmpty()).isTrue();
        }
        return found.getDiagnostics();
    }

    private static String line(Diagnostic<? extends JavaFileObject> found) {
        JavaFileObject source = found.getSource();
        if (source == null || found.getLineNumber() == Diagnostic.NOPOS) {
            return "";
        }
        try {
            return source.getCharContent(true)
                    .toString()
                    .lines()
                    .skip(found.getLineNumber() - 1)
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> sources() throws Exception {
        try (Stream<Path> files = Files.list(SOURCES.resolve("io/cattino/testkit"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
