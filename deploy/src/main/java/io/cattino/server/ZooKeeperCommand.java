package io.cattino.server;

import io.cattino.coordinator.zk.EnsembleMember;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code meow zookeeper run}: a server of an ensemble, without another download. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs Apache ZooKeeper as its own scripts would, with the version that Cattino was tested with.",
            "A farm needs three on three machines. Its file is ZooKeeper's zoo.cfg."
        })
final class ZooKeeperCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "ZooKeeper's configuration, zoo.cfg.")
    private Path config = Path.of("zoo.cfg");

    @Override
    public Integer call() throws Exception {
        EnsembleMember.run(config);
        return ExitCode.OK.code();
    }
}
