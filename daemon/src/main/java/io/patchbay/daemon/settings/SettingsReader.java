package io.patchbay.daemon.settings;

import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.ipam.AutoRange;
import io.patchbay.daemon.log.Level;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads all settings: a flag is stronger than an environment variable, that than a key of the file, that than the
 * default. Every mistake is found before any is reported.
 */
public final class SettingsReader {
    public static final Path DEFAULT_FILE = Path.of("/etc/patchbay/patchbay.properties");

    /** Names the file; a flag of the same meaning is stronger. */
    public static final String FILE_VARIABLE = "PATCHBAY_CONFIG";

    /** Variables that other parts read: the launcher in bin/patchbay. */
    private static final Set<String> OTHER_VARIABLES = Set.of(
            FILE_VARIABLE,
            ManagedPlugin.MARKER,
            "PATCHBAY_JAVA_OPTS",
            "PATCHBAY_CACHE",
            "PATCHBAY_HOME",
            "PATCHBAY_COLUMNS");

    /** A user and a password where the endpoints of etcd belong; a password may have any sign in it. */
    private static final Pattern URL_LOGIN = Pattern.compile("(etcd:|//).*@", Pattern.DOTALL);

    private final Map<String, List<String>> flags;
    private final Map<String, String> environment;
    private final Supplier<String> hostname;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> file = new HashMap<>();
    private Path path = DEFAULT_FILE;

    private SettingsReader(
            Map<String, List<String>> flags, Map<String, String> environment, Supplier<String> hostname) {
        this.flags = Map.copyOf(flags);
        this.environment = Map.copyOf(environment);
        this.hostname = hostname;
    }

    /**
     * Reads and checks everything.
     *
     * @param flags values by setting name, and under {@code config} the file's path, as given on the command line
     * @param unknown what stood on the command line besides, each a mistake
     * @param environment of the process
     * @param hostname asked only when no host name is set
     */
    public static DaemonSettings.Outcome read(
            Map<String, List<String>> flags,
            List<String> unknown,
            Map<String, String> environment,
            Supplier<String> hostname)
            throws SettingsException {
        SettingsReader reader = new SettingsReader(flags, environment, hostname);
        for (String argument : unknown) {
            reader.problems.add(withoutPassword(argument) + " (from the command line): is not a flag; see --help");
        }
        return reader.read();
    }

    /** The kernel's name for this host (hostname(7)), without asking a name server. */
    public static String kernelHostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private DaemonSettings.Outcome read() throws SettingsException {
        readFile();
        checkNames();
        DaemonSettings settings = settings();
        Map<String, String> texts = SettingTable.ALL.stream()
                .collect(Collectors.toMap(
                        Setting::name,
                        s -> Objects.requireNonNullElse(given(s), s.defaultText())
                                .strip()));
        return new DaemonSettings.Outcome(settings, List.copyOf(warnings), texts);
    }

    private DaemonSettings settings() throws SettingsException {
        Optional<Path> socket = value(SettingTable.SOCKET);
        Optional<StoreAddress> store = value(SettingTable.STORE);
        Optional<EtcdOptions> etcd = etcd();
        Optional<String> host = host();
        Optional<Optional<ListenAddress>> http = value(SettingTable.HTTP);
        Optional<Path> control = value(SettingTable.CONTROL_SOCKET);
        Optional<String> bridge = value(SettingTable.BRIDGE);
        Optional<Boolean> fix = value(SettingTable.FIX_FORWARDING);
        Optional<Boolean> probe = value(SettingTable.PROBE);
        Optional<List<AutoRange>> pools = value(SettingTable.AUTO_POOL);
        Optional<Integer> reserve = value(SettingTable.RESERVE);
        Optional<Path> stateDirectory = value(SettingTable.STATE_DIR);
        Optional<EngineSettings> engine = engine(socket, store);
        Optional<Duration> grace = value(SettingTable.GRACE);
        Optional<Optional<Duration>> deadHostAfter = value(SettingTable.DEAD_HOST_AFTER);
        Optional<StayLimits> history = history();
        Optional<Boolean> scope = value(SettingTable.SCOPE);
        Optional<Level> level = value(SettingTable.LOG_LEVEL);
        refuseProblems(socket, control, pools, store, etcd);
        return new DaemonSettings(
                socket.orElseThrow(),
                store.orElseThrow(),
                etcd.orElseThrow(),
                host.orElseThrow(),
                http.orElseThrow(),
                control.orElseThrow(),
                bridge.orElseThrow(),
                fix.orElseThrow(),
                probe.orElseThrow(),
                pools.orElseThrow(),
                reserve.orElseThrow(),
                stateDirectory.orElseThrow(),
                engine.orElseThrow(),
                grace.orElseThrow(),
                deadHostAfter.orElseThrow(),
                history.orElseThrow(),
                scope.orElseThrow(),
                level.orElseThrow());
    }

    private void refuseProblems(
            Optional<Path> socket,
            Optional<Path> control,
            Optional<List<AutoRange>> pools,
            Optional<StoreAddress> store,
            Optional<EtcdOptions> etcd)
            throws SettingsException {
        checkSockets(socket, control);
        store.ifPresent(address -> etcd.ifPresent(options -> problems.addAll(options.problems(address))));
        pools.ifPresent(this::checkOverlap);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private Optional<StayLimits> history() {
        Optional<Duration> age = value(SettingTable.HISTORY_AGE);
        return value(SettingTable.HISTORY_COUNT).flatMap(count -> age.map(a -> new StayLimits(a, count)));
    }

    private void checkSockets(Optional<Path> socket, Optional<Path> control) {
        if (socket.isPresent() && socket.equals(control)) {
            problems.add(sentence("control-socket", socket.get().toString(), source("control-socket"))
                    + "must differ from socket");
        }
    }

    /** Empty when a part of it, or what it depends on, is a mistake. */
    private Optional<EngineSettings> engine(Optional<Path> socket, Optional<StoreAddress> store) {
        Optional<Optional<Path>> engine = value(SettingTable.DOCKER_SOCKET);
        Optional<Optional<Boolean>> replicate = value(SettingTable.REPLICATE);
        Optional<String> driverName = value(SettingTable.DRIVER_NAME);
        boolean complete = engine.isPresent() && replicate.isPresent() && driverName.isPresent();
        if (!complete || socket.isEmpty() || store.isEmpty()) {
            return Optional.empty();
        }
        String name = driverName.filter(given -> !given.isEmpty()).orElseGet(() -> usualName(socket.get()));
        return Optional.of(EngineSettings.of(engine.get(), replicate.get(), name, store.get()));
    }

    /** A managed plugin's socket has the same file name whatever the plugin is called. */
    private String usualName(Path socket) {
        return environment.containsKey(ManagedPlugin.MARKER) ? ManagedPlugin.NAME : EngineSettings.nameOf(socket);
    }

    private Optional<EtcdOptions> etcd() {
        Optional<String> cluster = value(SettingTable.CLUSTER);
        Optional<Optional<String>> user = value(SettingTable.ETCD_USER);
        Optional<Optional<Path>> passwordFile = value(SettingTable.ETCD_PASSWORD_FILE);
        Optional<Optional<Path>> ca = value(SettingTable.ETCD_CA);
        Optional<Optional<Path>> certificate = value(SettingTable.ETCD_CERT);
        Optional<Optional<Path>> key = value(SettingTable.ETCD_KEY);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new EtcdOptions(
                cluster.orElseThrow(),
                user.orElseThrow(),
                passwordFile.orElseThrow(),
                ca.orElseThrow(),
                certificate.orElseThrow(),
                key.orElseThrow()));
    }

    private void readFile() {
        List<String> given = flags.getOrDefault("config", List.of());
        String variable = environment.getOrDefault(FILE_VARIABLE, "");
        String origin = !given.isEmpty() ? "--config" : !variable.isEmpty() ? FILE_VARIABLE : "";
        String text = !given.isEmpty() ? given.get(given.size() - 1) : variable;
        try {
            path = origin.isEmpty() ? DEFAULT_FILE : SettingTable.absolute(text);
        } catch (IllegalArgumentException e) {
            problems.add(sentence("config", text, origin) + e.getMessage());
            return;
        }
        try (Reader reader = Files.newBufferedReader(path)) {
            new StrictProperties().load(reader);
        } catch (NoSuchFileException e) {
            if (!origin.isEmpty()) {
                problems.add(sentence("config", text, origin) + "must be a file that exists");
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add("config file " + path + ": cannot be read: " + e);
        }
    }

    private void checkNames() {
        for (String key : new TreeSet<>(file.keySet())) {
            if (SettingTable.byName(key).isEmpty()) {
                problems.add(key + " (in " + path + "): is not a setting; settings are " + names());
            }
        }
        Set<String> known =
                SettingTable.ALL.stream().map(Setting::environment).collect(Collectors.toCollection(TreeSet::new));
        for (String variable : new TreeMap<>(environment).keySet()) {
            if (variable.startsWith(Setting.ENVIRONMENT_PREFIX)
                    && !known.contains(variable)
                    && !OTHER_VARIABLES.contains(variable)) {
                warnings.add("environment variable " + variable + " is not a setting and is not used");
            }
        }
    }

    private static String names() {
        return SettingTable.ALL.stream().map(Setting::name).collect(Collectors.joining(", "));
    }

    private Optional<String> host() {
        if (given(SettingTable.HOST_NAME) != null) {
            return value(SettingTable.HOST_NAME);
        }
        String name = hostname.get();
        return parsed(SettingTable.HOST_NAME, name, "this machine's hostname");
    }

    private <T> Optional<T> value(Setting<T> setting) {
        List<String> given = flags.getOrDefault(setting.name(), List.of());
        if (given.size() > 1 && !setting.repeatable()) {
            problems.add(setting.name() + " (from " + setting.flag() + "): must be given once, is given " + given.size()
                    + " times");
            return Optional.empty();
        }
        String text = given(setting);
        return parsed(setting, text == null ? setting.defaultText() : text, source(setting.name()));
    }

    private <T> Optional<T> parsed(Setting<T> setting, String text, String source) {
        try {
            return Optional.of(setting.parser().apply(text.strip()));
        } catch (IllegalArgumentException e) {
            problems.add(sentence(setting.name(), text, source) + e.getMessage());
            return Optional.empty();
        }
    }

    private @Nullable String given(Setting<?> setting) {
        List<String> values = flags.get(setting.name());
        if (values != null && !values.isEmpty()) {
            return String.join(",", values);
        }
        String variable = environment.get(setting.environment());
        // an EnvironmentFile of systemd or a compose file leaves empty what it does not want to set
        return variable != null && !variable.isEmpty() ? variable : file.get(setting.name());
    }

    private String source(String name) {
        Setting<?> setting = SettingTable.byName(name).orElseThrow();
        if (!flags.getOrDefault(name, List.of()).isEmpty()) {
            return setting.flag();
        }
        if (!environment.getOrDefault(setting.environment(), "").isEmpty()) {
            return setting.environment();
        }
        return file.containsKey(name) ? path.toString() : "the default";
    }

    private static String sentence(String name, String text, String source) {
        return name + " = \"" + withoutPassword(text) + "\" (from " + source + "): ";
    }

    /** Without what a URL has before an at sign: problems end in logs and reports. */
    private static String withoutPassword(String text) {
        return URL_LOGIN.matcher(text).replaceFirst("$1***@");
    }

    private void checkOverlap(List<AutoRange> pools) {
        for (int i = 0; i < pools.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (pools.get(i).within().overlaps(pools.get(j).within())) {
                    problems.add(sentence("auto-pool", pools.get(i).toString(), source("auto-pool"))
                            + "must not overlap " + pools.get(j));
                }
            }
        }
    }

    /** {@link Properties} keeps the last of a key given twice and says nothing. */
    private final class StrictProperties extends Properties {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized @Nullable Object put(Object key, Object value) {
            String before = file.put(key.toString(), value.toString());
            if (before != null) {
                problems.add(key + " (in " + path + "): must be given once; it has the values \"" + before + "\" and \""
                        + value + "\"");
            }
            return before;
        }
    }
}
