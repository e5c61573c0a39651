package io.patchbay.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine has on its disk after {@code docker plugin create}, kept beside the plugin that was built. It is made
 * once for each engine, as a person does; the engines of labs start with a copy, which saves each of them eight seconds
 * of a processor.
 */
final class PluginSnapshot {
    private PluginSnapshot() {}

    /** A lab whose engines have the plugin, as it is after it was made. */
    static Lab lab(int hosts, List<String> options) {
        Path folder = folder();
        makeOnce(folder);
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--no-patchbay", "LAB_PLUGINS=" + folder));
        return Lab.up(hosts, all);
    }

    /** Other runs beside this one wait for it, and other threads, which the file's lock does not keep out. */
    private static synchronized void makeOnce(Path folder) {
        Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !Files.exists(folder)) {
                make(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path folder) throws IOException {
        Path copy = folder.resolveSibling(folder.getFileName() + ".new");
        try (Lab lab = Lab.up(1, List.of("--no-patchbay"))) {
            new ManagedPlugin(lab.host(1)).make();
            copy(lab.folder().resolve("data/plugins"), copy);
        }
        Files.move(copy, folder);
    }

    private static void copy(Path from, Path to) {
        Command.run(Path.of("/"), "rm", "-rf", to.toString()).ok();
        Command.run(Path.of("/"), "cp", "-a", from.toString(), to.toString()).ok();
    }

    /** Of this engine and this build: the class archive is made by each build, and only then. */
    private static Path folder() {
        Path built = ManagedPlugin.built();
        try {
            FileTime made = Files.getLastModifiedTime(built.resolve("rootfs/opt/patchbay/lib/patchbay.jsa"));
            return built.resolveSibling(built.getFileName() + "-" + Lab.engine() + "-" + made.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
