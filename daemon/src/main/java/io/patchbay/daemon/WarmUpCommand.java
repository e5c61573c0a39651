package io.patchbay.daemon;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.cli.ControlClient;
import io.patchbay.daemon.log.Level;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.EngineSettings;
import io.patchbay.daemon.settings.EtcdOptions;
import io.patchbay.daemon.settings.ListenAddress;
import io.patchbay.daemon.settings.StoreAddress;
import io.patchbay.daemon.warmup.WarmUpCalls;
import io.patchbay.daemon.warmup.WarmUpLinks;
import io.patchbay.netlink.NetlinkLinks;
import io.patchbay.store.etcd.RehearsedEtcd;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code patchbay rehearse --directory DIR --store KIND}, for the launcher: starts the daemon on files in that
 * directory and on links that are only remembered, asks it what dockerd asks, and ends. For {@code etcd} the store is
 * one in its own memory. The JVM then writes all it has loaded into a class archive.
 */
final class WarmUpCommand {
    private static final Optional<ListenAddress> LOOPBACK = Optional.of(new ListenAddress("127.0.0.1", 0));

    private WarmUpCommand() {}

    static int run(Commands.Invocation invocation) {
        List<String> given = invocation.flags().getOrDefault("directory", List.of());
        if (given.isEmpty()) {
            invocation.err().println("patchbay: rehearse needs --directory");
            return Commands.USAGE;
        }
        Path directory = Path.of(given.get(0)).toAbsolutePath();
        try {
            if (invocation.flag("store").filter("etcd"::equals).isPresent()) {
                rehearseWithEtcd(directory);
            } else {
                rehearse(settings(directory, LOOPBACK));
            }
            // loads the C library and reads; nothing is changed
            new NetlinkLinks().list();
            return 0;
        } catch (ControlClient.Unreachable | RuntimeException e) {
            invocation.err().println("patchbay: rehearsal failed: " + e);
            return 1;
        }
    }

    static void rehearseWithEtcd(Path directory) throws ControlClient.Unreachable {
        try (RehearsedEtcd etcd = RehearsedEtcd.start()) {
            StoreAddress.Member member = new StoreAddress.Member("127.0.0.1", etcd.port());
            rehearse(settings(directory, LOOPBACK, new StoreAddress.Etcd(false, List.of(member))));
        }
    }

    private static void rehearse(DaemonSettings settings) throws ControlClient.Unreachable {
        try (Daemon daemon = new Daemon(settings, new WarmUpPorts(settings.store(), settings.outageDirectory()))) {
            daemon.start();
            new WarmUpCalls(settings.socket(), settings.controlSocket()).run();
            askByCommand(settings.controlSocket());
        }
    }

    /** What a command loads is in the archive too, or each would take twice as long. */
    private static void askByCommand(Path controlSocket) {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        for (String command : List.of("networks", "claims", "status")) {
            String[] words = {command, "--control-socket", controlSocket.toString()};
            // a cluster of nothing but a rehearsal is not well
            int unused = Main.commands(Caller.here()).run(words, nobody, nobody);
        }
    }

    /** Everything in this directory. */
    static DaemonSettings settings(Path directory, Optional<ListenAddress> http) {
        return settings(directory, http, new StoreAddress.Embedded(directory.resolve("store")));
    }

    private static DaemonSettings settings(Path directory, Optional<ListenAddress> http, StoreAddress store) {
        return new DaemonSettings(
                directory.resolve("plugin.sock"),
                store,
                EtcdOptions.NONE,
                "rehearsal",
                http,
                directory.resolve("control.sock"),
                "br0",
                true,
                true,
                List.of(),
                0,
                directory,
                new EngineSettings(Optional.empty(), false, "patchbay"),
                Duration.ofMinutes(1),
                Optional.empty(),
                StayLimits.NONE,
                false,
                Level.DEBUG);
    }

    /** A store of its own, and no kernel. */
    record WarmUpPorts(StoreAddress address, Path disk) implements Ports {
        @Override
        public Store openStore() {
            return stores().openStore();
        }

        @Override
        public Optional<Store> openDisk() {
            return stores().openDisk();
        }

        private HostPorts stores() {
            return new HostPorts(address, EtcdOptions.NONE, disk);
        }

        @Override
        public Optional<Store> openFormerDisk(String host) {
            return Optional.empty();
        }

        @Override
        public Links links() {
            WarmUpLinks links = new WarmUpLinks();
            links.ensureBridge(new BridgeSpec(
                    "br0", MacAddress.parse("02:00:00:00:00:01"), OptionalInt.empty(), Optional.empty()));
            return links;
        }

        @Override
        public Engine engine(Path socket) {
            return HostPorts.hostEngine(socket);
        }

        @Override
        public Forwarding forwarding(Links links) {
            return new Forwarding() {
                @Override
                public Status status(String bridge) {
                    return new Status(State.NOT_FILTERED, "a rehearsal filters nothing");
                }

                @Override
                public void allow(String bridge) {
                    links.find(bridge);
                }
            };
        }
    }
}
