package io.cattino.agent.probe.rocm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;

/** What the kernel shows below {@code /sys} of a machine with AMD's cards, made up. */
@NullUnmarked
public final class FakeSys {

    public static final long MIB = 1 << 20;

    private final Path root;

    /** With two processors and no card. */
    public FakeSys(Path root) {
        this.root = root;
        for (int node = 0; node < 2; node++) {
            write(node(node) + "gpu_id", "0");
            write(node(node) + "properties", "cpu_cores_count 32\nsimd_count 0\nunique_id 0");
        }
    }

    public Path root() {
        return root;
    }

    private static String node(int node) {
        return "class/kfd/kfd/topology/nodes/" + node + "/";
    }

    /** Of the topology's node so and so, on a bus of its own. */
    public FakeSys card(int node, long gpuId, long uniqueId) {
        int minor = 126 + node;
        write(node(node) + "gpu_id", Long.toString(gpuId));
        write(
                node(node) + "properties",
                """
                cpu_cores_count 0
                simd_count 440
                gfx_target_version 90010
                vendor_id 4098
                device_id 29704
                location_id %d
                domain 0
                drm_render_minor %d
                hive_id 0
                unique_id %s
                """
                        .formatted((0x40 + node) << 8, minor, Long.toUnsignedString(uniqueId)));
        write(device(minor) + "mem_info_vram_total", Long.toString(65_520 * MIB));
        write(device(minor) + "mem_info_vram_used", "0");
        write(device(minor) + "numa_node", "-1");
        return this;
    }

    private static String device(int minor) {
        return "class/drm/renderD" + minor + "/device/";
    }

    /** Where the card is on the bus: its directory there, below the root. */
    public FakeSys behind(int node, String directory) {
        Path link = root.resolve("class/drm/renderD" + (126 + node) + "/device");
        Path place = root.resolve(directory);
        try {
            Files.createDirectories(place.getParent());
            Files.move(link, place);
            Files.createSymbolicLink(link, place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Linked with the others of its hive. */
    public FakeSys hive(int node, long hive) {
        try {
            Path properties = root.resolve(node(node) + "properties");
            String told = Files.readString(properties);
            Files.writeString(properties, told.replace("hive_id 0", "hive_id " + hive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** What the driver tells of a card. */
    public FakeSys set(int node, String file, String text) {
        return write(device(126 + node) + file, text);
    }

    public FakeSys remove(int node, String file) {
        return delete(device(126 + node) + file);
    }

    /** What the topology tells of a card. */
    public FakeSys setNode(int node, String file, String text) {
        return write(node(node) + file, text);
    }

    public FakeSys removeNode(int node) {
        return delete(node(node) + "gpu_id").delete(node(node) + "properties");
    }

    /** Bytes that a process has of a card. */
    public FakeSys process(long pid, long gpuId, long bytes) {
        return write("class/kfd/kfd/proc/" + pid + "/vram_" + gpuId, Long.toString(bytes));
    }

    public FakeSys removeProcess(long pid, long gpuId) {
        return delete("class/kfd/kfd/proc/" + pid + "/vram_" + gpuId);
    }

    /** The version of the driver that is loaded. */
    public FakeSys driver(String version) {
        return write("module/amdgpu/version", version);
    }

    private FakeSys write(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private FakeSys delete(String file) {
        try {
            Files.delete(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
