package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.daemon.settings.EtcdOptions;
import io.patchbay.daemon.settings.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host finds on its disk of a name that it had before. */
class HostPortsTest {
    @TempDir
    private Path folder;

    private HostPorts ports(String host) {
        StoreAddress etcd = new StoreAddress.Etcd(false, List.of(new StoreAddress.Member("h1", 2379)));
        return new HostPorts(
                etcd, EtcdOptions.NONE, folder.resolve("etcd/default").resolve(host));
    }

    @Test
    void itFindsWhatItLeftThereUnderTheOldName() {
        try (Store disk = ports("old").openDisk().orElseThrow()) {
            disk.commit(Transaction.builder().put("journal/x", Value.of("{}")).build());
            assertThatThrownBy(() -> ports("new").openFormerDisk("old"))
                    .as("while a daemon runs under that name")
                    .isInstanceOf(PatchbayException.class);
        }
        try (Store found = ports("new").openFormerDisk("old").orElseThrow()) {
            assertThat(found.get("journal/x")).isPresent();
        }
    }

    /** Names of hosts come from a store that others write to. */
    @Test
    void nothingOutsideOfItsFolderIsEverOpened() throws IOException {
        Files.createDirectories(folder.resolve("etcd/default/new"));
        for (String name : List.of("gone", "new", ".", "..", "../default", "../../etcd/default", "/etc", "new/..")) {
            Optional<Store> opened = ports("new").openFormerDisk(name);
            opened.ifPresent(Store::close);
            assertThat(opened).as(name).isEmpty();
        }
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
