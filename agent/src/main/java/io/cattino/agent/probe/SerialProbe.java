package io.cattino.agent.probe;

import java.util.Collection;
import java.util.List;

/** A probe that several threads ask, one after the other. */
public final class SerialProbe implements DeviceProbe {
    private final DeviceProbe probe;

    public SerialProbe(DeviceProbe probe) {
        this.probe = probe;
    }

    @Override
    public String kind() {
        return probe.kind();
    }

    @Override
    public List<Device> inventory() {
        return probe.inventory();
    }

    @Override
    public synchronized List<Sample> sample(Collection<Running> running) {
        return probe.sample(running);
    }

    /** Not serial: it does not wait for a sample. */
    @Override
    public void use(String uuid) {
        probe.use(uuid);
    }

    /** Not serial: a sample that hangs must not keep the agent from closing. */
    @Override
    public void close() {
        probe.close();
    }
}
