package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.tool.Tool;
import io.patchbay.daemon.uplink.persist.ConfigFiles;
import io.patchbay.daemon.uplink.persist.Managers;
import io.patchbay.daemon.uplink.persist.Persistent;
import io.patchbay.daemon.uplink.persist.Wanted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What configures the host's network at a boot: its files, and the programs that read them. */
final class HostConfig {
    /** A DHCP server may be asked meanwhile. */
    private static final Duration LIMIT = Duration.ofSeconds(45);

    private final Managers managers;
    private final String path;

    /** {@code root} is before what is read and written; {@code path} is like PATH. */
    HostConfig(Path root, String path) {
        this.managers = new Managers(root);
        this.path = path;
    }

    /** See {@link Managers#plan}. */
    Persistent plan(Picture picture, String bridge) {
        Nic nic = picture.nic();
        List<String> fixed = picture.addresses().stream()
                .filter(address ->
                        address.lifetimes().isEmpty() && !address.local().isLinkLocal())
                .map(address -> address.local().toString())
                .toList();
        boolean lease = picture.addresses().stream().anyMatch(NicAddress::isLease);
        return managers.plan(new Wanted(nic.name(), nic.index(), nic.mac(), nic.mtu(), bridge, fixed, lease));
    }

    /** Files that somebody else has changed, so that they are neither as before nor as they were made. */
    List<String> foreign(Persistent persistent) {
        return ConfigFiles.foreign(persistent.files());
    }

    void copy(Persistent persistent, Path folder) {
        ConfigFiles.copy(persistent.files(), folder);
    }

    /** Writes it and has the running manager take over; a refusal of its programs is an {@code UNAVAILABLE}. */
    void write(Persistent persistent) {
        ConfigFiles.put(persistent.files());
        for (List<String> words : persistent.tells()) {
            String refusal = run(words);
            if (!refusal.isEmpty()) {
                throw new PatchbayException(PatchbayException.Kind.UNAVAILABLE, refusal);
            }
        }
    }

    /**
     * Has the files be as they were, but for those that somebody else has changed. Answers a sentence for each thing
     * that could not be done.
     *
     * @param told the manager was told, or may have been
     */
    List<String> unwrite(Persistent persistent, boolean told) {
        List<String> sentences = new ArrayList<>();
        try {
            ConfigFiles.foreign(persistent.files())
                    .forEach(file -> sentences.add(file + " has been changed meanwhile, so it is left as it is"));
            if (sentences.isEmpty()) {
                ConfigFiles.put(persistent.inverse().files());
            }
        } catch (PatchbayException e) {
            sentences.add(String.valueOf(e.getMessage()));
        }
        if (told) {
            for (List<String> words : persistent.untells()) {
                String refusal = run(words);
                if (!refusal.isEmpty()) {
                    sentences.add(refusal);
                }
            }
        }
        return sentences;
    }

    /** Empty when it went well. */
    private String run(List<String> words) {
        try {
            Path program = Tool.find(words.get(0), path)
                    .orElseThrow(() -> new PatchbayException(
                            PatchbayException.Kind.NOT_FOUND, "there is no program " + words.get(0)));
            Tool.Result result =
                    new Tool(program, LIMIT).run(words.subList(1, words.size()).toArray(String[]::new));
            return result.ok() ? "" : String.join(" ", words) + ": " + result.words();
        } catch (PatchbayException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
