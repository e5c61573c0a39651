package io.patchbay.daemon;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import io.patchbay.daemon.engine.DockerEngine;
import io.patchbay.daemon.firewall.IptablesForwarding;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.EtcdOptions;
import io.patchbay.daemon.settings.StoreAddress;
import io.patchbay.netlink.HangUpSignal;
import io.patchbay.netlink.NetlinkLinks;
import io.patchbay.store.embedded.EmbeddedStore;
import io.patchbay.store.etcd.EtcdLimits;
import io.patchbay.store.etcd.EtcdSettings;
import io.patchbay.store.etcd.EtcdStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** This host's store, kernel and firewall: the one place where adapters are made. */
final class HostPorts implements Ports {
    private final StoreAddress store;
    private final EtcdOptions etcd;
    private final Path disk;
    private volatile @Nullable EtcdStore opened;

    /** {@code disk}: where this host remembers what it must know while etcd is away. */
    HostPorts(StoreAddress store, EtcdOptions etcd, Path disk) {
        this.store = store;
        this.etcd = etcd;
        this.disk = disk;
    }

    @Override
    public Store openStore() {
        if (store instanceof StoreAddress.Embedded embedded) {
            return EmbeddedStore.open(embedded.directory());
        }
        return openEtcd((StoreAddress.Etcd) store);
    }

    /** Contacts nobody, so it succeeds also while etcd is away. */
    private Store openEtcd(StoreAddress.Etcd address) {
        EtcdStore made = EtcdStore.open(settings(address, etcd), RandomGenerator.getDefault());
        opened = made;
        return made;
    }

    /**
     * Reaches etcd so from now on, if that is where the store is. Fails with {@code INVALID} and goes on as before when
     * that cannot be done.
     */
    void reload(DaemonSettings settings) {
        EtcdStore present = opened;
        if (present != null && settings.store() instanceof StoreAddress.Etcd address) {
            present.reload(settings(address, settings.etcd()));
        }
    }

    private static EtcdSettings settings(StoreAddress.Etcd address, EtcdOptions etcd) {
        return new EtcdSettings(
                address.members().stream()
                        .map(member -> new EtcdSettings.Endpoint(member.host(), member.port(), address.tls()))
                        .toList(),
                etcd.cluster(),
                etcd.user().flatMap(user -> etcd.passwordFile().map(file -> new EtcdSettings.User(user, file))),
                new EtcdSettings.TlsFiles(etcd.ca(), etcd.certificate(), etcd.key()),
                EtcdLimits.DEFAULT);
    }

    @Override
    public Optional<Store> openDisk() {
        return store instanceof StoreAddress.Etcd ? Optional.of(EmbeddedStore.open(disk)) : Optional.empty();
    }

    @Override
    public Optional<Store> openFormerDisk(String host) {
        // the name comes from a store that others write to
        Path folder = disk.resolveSibling(host).normalize();
        boolean beside = disk.getParent() != null && disk.getParent().equals(folder.getParent());
        return store instanceof StoreAddress.Etcd && beside && !folder.equals(disk) && Files.isDirectory(folder)
                ? Optional.of(EmbeddedStore.open(folder))
                : Optional.empty();
    }

    @Override
    public Links links() {
        return hostLinks();
    }

    @Override
    public Forwarding forwarding(Links links) {
        return hostForwarding(links);
    }

    @Override
    public Engine engine(Path socket) {
        return hostEngine(socket);
    }

    static Engine hostEngine(Path socket) {
        return new DockerEngine(socket);
    }

    /** From now on SIGHUP can be heard, also where it was ignored. */
    static void hearHangUp() {
        HangUpSignal.hearable();
    }

    static Links hostLinks() {
        return new NetlinkLinks();
    }

    static Forwarding hostForwarding(Links links) {
        return new IptablesForwarding(links, System.getenv().getOrDefault("PATH", ""));
    }
}
