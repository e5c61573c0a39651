package io.patchbay.daemon.settings;

import java.nio.file.Path;

/** Where state is kept, as the operator names it: {@code embedded:/var/lib/patchbay}. */
public sealed interface StoreAddress {

    /** A directory of this host. */
    record Embedded(Path directory) implements StoreAddress {
        @Override
        public String toString() {
            return "embedded:" + directory;
        }
    }

    static StoreAddress parse(String text) {
        if (text.startsWith("embedded:")) {
            String directory = text.substring("embedded:".length());
            if (!directory.startsWith("/")) {
                throw new IllegalArgumentException("must have an absolute path after embedded:");
            }
            return new Embedded(Path.of(directory).normalize());
        }
        if (text.startsWith("etcd:")) {
            throw new IllegalArgumentException(
                    "names etcd, which this version of Patchbay cannot use; must be embedded: and an absolute path");
        }
        throw new IllegalArgumentException("must be embedded: and an absolute path, as in embedded:/var/lib/patchbay");
    }
}
