package io.patchbay.daemon.uplink.persist;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Folders of configuration below a root, of which files are read. */
record ConfigTree(Path root) {
    /** The same path on this machine. */
    String real(String path) {
        return root.resolve(path.substring(1)).toString();
    }

    /** See {@link ConfigFiles#text}. */
    @Nullable
    String text(String path) {
        return ConfigFiles.text(real(path));
    }

    /** Empty where there is none. */
    String textOrNone(String path) {
        return Objects.requireNonNullElse(text(path), "");
    }

    /** Paths of what a folder has of that pattern, in the order of the alphabet; none where there is no folder. */
    List<String> list(String folder, String glob) {
        Path at = Path.of(real(folder));
        if (!Files.isDirectory(at)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(at, glob)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)) {
                    found.add(folder + "/" + entry.getFileName());
                }
            }
        } catch (IOException e) {
            throw new PatchbayException(PatchbayException.Kind.DISK, folder + " cannot be read: " + e.getMessage(), e);
        }
        found.sort(null);
        return found;
    }

    /** Addresses that were given by hand: they are on the bridge now, and not after a boot. */
    List<String> unsaid(Wanted wanted, String file, String text) {
        return wanted.addresses().stream()
                .filter(address -> !text.contains(address))
                .map(address -> address + " is not said in " + file + ", so it is gone after a boot, as it was before")
                .toList();
    }

    /** Files that another program makes, at the host's next first boot at the latest. */
    List<String> madeByCloud(List<FileChange> changes) {
        return changes.stream()
                .filter(change -> change.path().contains("cloud-init")
                        || String.valueOf(change.before()).contains("cloud-init"))
                .map(change ->
                        change.path() + " is cloud-init's, which may write it anew: 'network: {config: disabled}'"
                                + " in /etc/cloud/cloud.cfg.d/99-disable-network-config.cfg keeps it from that")
                .toList();
    }
}
