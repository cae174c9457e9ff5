package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Runs the tests of the Python package itself, with each Python that is here. */
class PythonPackageIT {
    @RegisterExtension final Farm farm = Farm.empty();

    @ParameterizedTest
    @ValueSource(strings = {"python3", "python3.8", "python3.13"})
    void itsTestsPass(String python) {
        Meow interpreter =
                new Meow(
                        List.of(python),
                        farm.environment(),
                        Distribution.checkout().resolve("client/python"));
        Meow.Result version = interpreter.shell(python + " -c 'import sys; print(sys.version)'");
        if (version.exitCode() != 0) {
            throw new TestAbortedException("no " + python + " on this machine");
        }
        Meow.Result tests =
                interpreter
                        .with("PYTHONDONTWRITEBYTECODE", "1")
                        .run("-m", "unittest", "discover", "-s", "tests", "-t", ".")
                        .exits(0);
        assertThat(tests.err()).containsPattern("Ran [1-9]\\d* tests").endsWith("OK\n");
    }
}
