package io.patchbay.daemon.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to be let into etcd; of use with {@code --store etcd:} only.
 *
 * @param cluster name of the part of etcd that is used
 * @param passwordFile has the password of {@code user}
 * @param ca whom to trust; empty for the CAs that the JVM knows
 * @param certificate this host's, with {@code key}
 */
public record EtcdOptions(
        String cluster,
        Optional<String> user,
        Optional<Path> passwordFile,
        Optional<Path> ca,
        Optional<Path> certificate,
        Optional<Path> key) {
    /** Nothing set. */
    public static final EtcdOptions NONE = new EtcdOptions(
            "default", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** What does not go together, one sentence each. */
    List<String> problems(StoreAddress store) {
        List<String> problems = new ArrayList<>();
        if (user.isPresent() != passwordFile.isPresent()) {
            problems.add("etcd-user and etcd-password-file must be set together");
        }
        if (certificate.isPresent() != key.isPresent()) {
            problems.add("etcd-cert and etcd-key must be set together");
        }
        readable(problems, "etcd-password-file", passwordFile);
        readable(problems, "etcd-ca", ca);
        readable(problems, "etcd-cert", certificate);
        readable(problems, "etcd-key", key);
        boolean files = ca.isPresent() || certificate.isPresent() || key.isPresent();
        if (!(store instanceof StoreAddress.Etcd etcd)) {
            if (files || user.isPresent() || passwordFile.isPresent()) {
                problems.add("store = \"" + store
                        + "\": must be etcd: with the endpoints when etcd-user or a file for etcd is set");
            }
        } else if (files && !etcd.tls()) {
            problems.add("store = \"" + store
                    + "\": must have https:// endpoints when etcd-ca, etcd-cert or etcd-key is set");
        }
        return problems;
    }

    private static void readable(List<String> problems, String name, Optional<Path> file) {
        file.filter(path -> !Files.isReadable(path) || Files.isDirectory(path))
                .ifPresent(path -> problems.add(name + " = \"" + path + "\": must be a file that can be read"));
    }
}
