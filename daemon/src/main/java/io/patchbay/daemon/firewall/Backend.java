package io.patchbay.daemon.firewall;

import io.patchbay.daemon.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of the two sets of tables that a kernel may have for one family, each with a program of its own: those of
 * nftables and the old ones. A packet passes through both; the engine writes to one of them, as its host has it set up.
 *
 * @param tables the kernel's list of old tables; a program that looks into those that are not there makes them
 */
record Backend(Tool tool, Optional<Path> tables) {
    /**
     * The programs of a family: one for each set of tables where the host tells them apart, else the one it has.
     *
     * @param program of the usual name, without what tells the kinds apart
     * @param tables file of {@code /proc/net} with their names
     */
    static List<Backend> of(String program, Path tables, ToolFinder finder) {
        List<Backend> found = new ArrayList<>();
        finder.find(program + "-nft").ifPresent(tool -> found.add(new Backend(tool, Optional.empty())));
        finder.find(program + "-legacy").ifPresent(tool -> found.add(new Backend(tool, Optional.of(tables))));
        if (found.isEmpty()) {
            finder.find(program).ifPresent(tool -> found.add(new Backend(tool, Optional.empty())));
        }
        return List.copyOf(found);
    }

    /** Finds a program on this host. */
    interface ToolFinder {
        Optional<Tool> find(String program);
    }

    /** Whether there is a filter table that packets pass through. */
    boolean inUse() throws IOException {
        if (tables.isEmpty()) {
            return true;
        }
        try {
            return Files.readAllLines(tables.get()).contains("filter");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    boolean hasChain(String chain) {
        return tool.run("-w", "2", "-S", chain).ok();
    }
}
