package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a bridge outlives a reboot: files to be written in this order, of which the last makes it so.
 *
 * @param manager what reads them; empty where nothing is to be written
 * @param tells commands, word by word, that have the running manager take over; none where it need not be told
 * @param untells commands that have it take over what was before, when the files are again as they were
 * @param notes what a person is to know
 */
public record Persistent(
        String manager,
        List<FileChange> files,
        List<List<String>> tells,
        List<List<String>> untells,
        List<String> notes) {
    public static final Persistent NOTHING = new Persistent("", List.of(), List.of(), List.of(), List.of());

    public Persistent {
        files = List.copyOf(files);
        tells = List.copyOf(tells);
        untells = List.copyOf(untells);
        notes = List.copyOf(notes);
    }

    /** The one that undoes this. */
    public Persistent inverse() {
        List<FileChange> back = new ArrayList<>();
        files.forEach(file -> back.add(file.inverse()));
        Collections.reverse(back);
        return new Persistent(manager, back, untells, tells, List.of());
    }

    /** The same of this machine's paths. */
    Persistent at(ConfigTree tree) {
        List<FileChange> real = files.stream()
                .map(f -> new FileChange(tree.real(f.path()), f.before(), f.after(), f.mode()))
                .toList();
        return new Persistent(manager, real, tells, untells, notes);
    }

    /** What a person sees before: each file with its text, and what is run. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (FileChange file : files) {
            String after = file.after();
            if (after == null) {
                lines.add("remove " + file.path());
            } else {
                lines.add((file.before() == null ? "write " : "change ") + file.path() + " to");
                after.lines().forEach(line -> lines.add("    " + line));
            }
        }
        tells.forEach(words -> lines.add("run " + String.join(" ", words)));
        return lines;
    }
}
