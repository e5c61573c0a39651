package io.patchbay.daemon.settings;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The daemon as a managed (v2) plugin: what Docker is told about it, and how {@code docker plugin set} reaches the
 * settings. A plugin has its environment for itself, so the variables there have no prefix:
 * {@code docker plugin set patchbay:latest BRIDGE=br1}.
 */
public final class ManagedPlugin {
    /** In the environment of a managed plugin, and nowhere else. */
    static final String MARKER = "PATCHBAY_MANAGED";

    /** What it is called unless told otherwise; with the tag, for only so does the engine find the driver. */
    static final String NAME = "patchbay:latest";

    /** Where the build puts runtime and jars; a class archive is good for one place only. */
    private static final String JAVA = "/opt/jre/bin/java";

    private static final String LIB = "/opt/patchbay/lib";

    /** Fixed: Docker gives a plugin a folder of its own for this socket. */
    private static final Setting<?> SOCKET = SettingTable.SOCKET;

    private record Mount(String name, String path, String description) {}

    private static final List<Mount> MOUNTS = List.of(
            new Mount("config", "/etc/patchbay", "Settings file, TLS certificates and keys."),
            new Mount("state", "/var/lib/patchbay", "What this host must not forget."),
            new Mount(
                    "run",
                    "/run",
                    "docker.sock for the engine's API, xtables.lock, and /run/patchbay for the patchbay command."
                            + " The folder, because these files are made anew."));

    private ManagedPlugin() {}

    /** Prints {@code config.json}, for the build. */
    public static void main(String[] arguments) {
        System.out.println(config());
    }

    /**
     * The environment as {@link SettingsReader} wants it: in a managed plugin each setting's variable gets the prefix.
     */
    public static Map<String, String> environment(Map<String, String> given) {
        if (!given.containsKey(MARKER)) {
            return given;
        }
        Map<String, String> all = new HashMap<>(given);
        for (Setting<?> setting : SettingTable.ALL) {
            String value = given.get(variable(setting));
            if (value != null) {
                all.put(setting.environment(), value);
            }
        }
        return all;
    }

    private static String variable(Setting<?> setting) {
        return setting.environment().substring(Setting.ENVIRONMENT_PREFIX.length());
    }

    /** The plugin's {@code config.json}. */
    static String config() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("description", "Containers on the physical LAN: network and IPAM driver");
        root.put("documentation", "docs/swarm.md");
        ObjectNode face = root.putObject("interface");
        face.putArray("types").add("docker.networkdriver/1.0").add("docker.ipamdriver/1.0");
        face.put(
                "socket",
                String.valueOf(SettingTable.absolute(SOCKET.defaultText()).getFileName()));
        root.putArray("entrypoint")
                .add(JAVA)
                .add("@" + LIB + "/java.flags")
                .add("@" + LIB + "/plugin.flags")
                .add("io.patchbay.daemon.Main")
                .add("serve");
        root.put("workdir", "/");
        root.putObject("network").put("type", "host");
        root.put("ipchost", false).put("pidhost", false);
        ObjectNode linux = root.putObject("linux");
        linux.putArray("capabilities").add("CAP_NET_ADMIN");
        linux.put("allowAllDevices", false);
        mounts(root.putArray("mounts"));
        environment(root.putArray("env"));
        ObjectNode args = root.putObject("args");
        args.put("name", "args").put("description", "Flags of patchbay serve; stronger than the variables.");
        args.putArray("settable").add("value");
        args.putArray("value");
        return root.toPrettyString();
    }

    /**
     * Not recursive and private: what is mounted below later, as sandboxes' namespaces are, must not be held by the
     * plugin.
     */
    private static void mounts(ArrayNode list) {
        for (Mount mount : MOUNTS) {
            ObjectNode node = list.addObject();
            node.put("name", mount.name()).put("description", mount.description());
            node.put("type", "bind").put("source", mount.path()).put("destination", mount.path());
            node.putArray("options").add("bind").add("private");
            node.putArray("settable").add("source");
        }
    }

    /** Empty where nothing is set, so that the settings file still counts. */
    private static void environment(ArrayNode list) {
        for (Setting<?> setting : SettingTable.ALL) {
            if (!setting.equals(SOCKET)) {
                ObjectNode node = list.addObject();
                node.put("name", variable(setting));
                node.put("description", SettingsHelp.withDefault(setting));
                node.put("value", "");
                node.putArray("settable").add("value");
            }
        }
        list.addObject().put("name", MARKER).put("value", "1").put("description", "Variables have no prefix.");
        list.addObject()
                .put("name", "MALLOC_ARENA_MAX")
                .put("value", "2")
                .put("description", "Keeps the C library small.");
    }
}
