package io.patchbay.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.daemon.log.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
    @TempDir
    private Path folder;

    private Path file;
    private final Map<String, List<String>> flags = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void anEmptyFile() throws IOException {
        file = folder.resolve("patchbay.properties");
        file("");
        environment.put("PATCHBAY_CONFIG", file.toString());
    }

    @Test
    void withNothingGivenTheDefaultsHold() throws SettingsException {
        DaemonSettings settings = read().settings();
        assertThat(settings.socket()).isEqualTo(Path.of("/run/docker/plugins/patchbay.sock"));
        assertThat(settings.store()).hasToString("embedded:/var/lib/patchbay");
        assertThat(settings.host()).isEqualTo("node1");
        assertThat(settings.http()).hasToString("Optional[127.0.0.1:9877]");
        assertThat(settings.controlSocket()).isEqualTo(Path.of("/run/patchbay/patchbay.sock"));
        assertThat(settings.bridge()).isEqualTo("br0");
        assertThat(settings.fixForwarding()).isTrue();
        assertThat(settings.autoPools()).isEmpty();
        assertThat(settings.deadHostAfter()).isEmpty();
        assertThat(settings.logLevel()).isEqualTo(Level.INFO);
        assertThat(settings.engine())
                .isEqualTo(new EngineSettings(Optional.of(Path.of("/var/run/docker.sock")), false, "patchbay"));
    }

    @Test
    void theEngineCallsTheDriverByTheSocketsNameUnlessToldOtherwise() throws Exception {
        flags.put("socket", List.of("/run/docker/plugins/lan.sock"));
        flags.put("docker-socket", List.of("off"));
        flags.put("replicate", List.of("on"));
        assertThat(read().settings().engine()).isEqualTo(new EngineSettings(Optional.empty(), true, "lan"));
        environment.put("PATCHBAY_DRIVER_NAME", "patchbay:latest");
        assertThat(read().settings().engine().driverName()).isEqualTo("patchbay:latest");
    }

    @ParameterizedTest
    @CsvSource({"1h,PT1H", "90m,PT1H30M", "1h30m,PT1H30M", "30s,PT30S", "2d12h,PT60H"})
    void aTimeIsWrittenAsPeopleDo(String text, Duration time) throws SettingsException {
        flags.put("dead-host-after", List.of(text));
        assertThat(read().settings().deadHostAfter()).contains(time);
    }

    @ParameterizedTest
    @CsvSource({"29s", "1", "h", "''", "1m1h", "-1h", "soon"})
    void aTimeThatIsNoneIsRefused(String text) {
        flags.put("dead-host-after", List.of(text));
        SettingsException refusal = catchThrowableOfType(SettingsException.class, this::read);
        assertThat(refusal).hasMessageContaining("must be off, or a time of at least 30s");
    }

    @Test
    void aFlagIsStrongerThanAVariableAndThatThanTheFile() throws Exception {
        file("bridge=fromfile\nhost=fromfile\nhttp=127.0.0.1:1\n");
        environment.put("PATCHBAY_BRIDGE", "fromenv");
        environment.put("PATCHBAY_HOST", "fromenv");
        flags.put("bridge", List.of("fromflag"));
        DaemonSettings settings = read().settings();
        assertThat(settings.bridge()).isEqualTo("fromflag");
        assertThat(settings.host()).isEqualTo("fromenv");
        assertThat(settings.http()).hasToString("Optional[127.0.0.1:1]");
    }

    @Test
    void anEmptyVariableCountsAsNotSet() throws Exception {
        environment.put("PATCHBAY_BRIDGE", "");
        assertThat(read().settings().bridge()).isEqualTo("br0");
    }

    @Test
    void httpCanBeSwitchedOff() throws Exception {
        flags.put("http", List.of("off"));
        assertThat(read().settings().http()).isEmpty();
    }

    @Test
    void autoPoolsMayBeRepeatedAndHaveCommas() throws Exception {
        flags.put("auto-pool", List.of("10.210.0.0/16:24,10.211.0.0/16:26", "fd00::/48:64"));
        assertThat(read().settings().autoPools()).hasToString("[10.210.0.0/16:24, 10.211.0.0/16:26, fd00::/48:64]");
    }

    @Test
    void allMistakesAreReportedAtOnceWithNameAndOrigin() throws Exception {
        file("log-level=loud\nbrigde=br1\n");
        environment.put("PATCHBAY_STORE", "redis:10.0.0.1");
        flags.put("http", List.of("nowhere"));
        assertThat(problems(List.of("--fast")))
                .hasSize(5)
                .anySatisfy(p -> assertThat(p).startsWith("--fast (from the command line)"))
                .anySatisfy(p ->
                        assertThat(p).startsWith("brigde (in " + file + ")").contains("bridge"))
                .anySatisfy(p -> assertThat(p).startsWith("log-level = \"loud\" (from " + file + "): must be one of"))
                .anySatisfy(p -> assertThat(p)
                        .startsWith("store = \"redis:10.0.0.1\" (from PATCHBAY_STORE): must be embedded: and"))
                .anySatisfy(p -> assertThat(p).startsWith("http = \"nowhere\" (from --http): must be an address"));
    }

    @Test
    void etcdIsNamedByItsEndpoints() throws Exception {
        flags.put("store", List.of("etcd:http://h1, http://[fd00::1]:12379/"));
        flags.put("cluster", List.of("lab"));
        DaemonSettings settings = read().settings();
        assertThat(settings.store()).hasToString("etcd:http://h1:2379,http://[fd00::1]:12379");
        assertThat(settings.store().addresses()).containsExactly(IpAddress.parse("fd00::1"));
        assertThat(settings.etcd().cluster()).isEqualTo("lab");
        assertThat(settings.etcd().user()).isEmpty();
    }

    @Test
    void whatLetsUsIntoEtcdMustGoTogether() throws Exception {
        flags.put("store", List.of("etcd:http://h1"));
        flags.put("etcd-user", List.of("patchbay"));
        flags.put("etcd-cert", List.of("/absent.pem"));
        assertThat(problems(List.of()))
                .containsExactlyInAnyOrder(
                        "etcd-user and etcd-password-file must be set together",
                        "etcd-cert and etcd-key must be set together",
                        "etcd-cert = \"/absent.pem\": must be a file that can be read",
                        "store = \"etcd:http://h1:2379\": must have https:// endpoints "
                                + "when etcd-ca, etcd-cert or etcd-key is set");
    }

    @Test
    void etcdsSettingsNeedEtcd() throws Exception {
        flags.put("etcd-user", List.of("patchbay"));
        flags.put("etcd-password-file", List.of(file.toString()));
        assertThat(problems(List.of()))
                .containsExactly("store = \"embedded:/var/lib/patchbay\": must be etcd: with the endpoints "
                        + "when etcd-user or a file for etcd is set");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd:http://root:secret@h1:2379",
                "etcd:http://h1:2379,http://root:secret@h2:2379",
                "etcd:https://root:a,secret//@@h1:2379",
                "etcd:root:secret@h1:2379",
                "http://root:secret@h1:2379"
            })
    void aPasswordInAnEndpointIsNotRepeated(String text) {
        flags.put("store", List.of(text));
        assertThat(problems(List.of("--stroe=" + text)))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).doesNotContain("secret", "root"));
    }

    @ParameterizedTest(name = "--{0} {1} is refused: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "socket|run/p.sock|must be an absolute path",
                "socket|/run/|must be an absolute path",
                "store|/var/lib/patchbay|must be embedded: and an absolute path",
                "store|embedded:var|must have an absolute path",
                "store|etcd:|must have endpoints such as http://h1:2379",
                "store|etcd:h1:2379|must have endpoints such as http://h1:2379",
                "store|etcd:http://h1:2379,,http://h2:2379|must have endpoints such as http://h1:2379",
                "store|etcd:ftp://h1:2379|must have endpoints such as http://h1:2379",
                "store|etcd:http://me@h1:2379|must have endpoints such as http://h1:2379",
                "store|etcd:http://h1:2379/v3|must have endpoints such as http://h1:2379",
                "store|etcd:http://h1:99999|must have endpoints such as http://h1:2379",
                "store|etcd:http://h1,http://H1:2379/|must name each endpoint once, and has h1:2379 twice",
                "store|etcd:http://h1,https://h2|must have http:// endpoints only or https:// endpoints only",
                "cluster|a/b|must be 1 to 63",
                "etcd-user|a b|must be a name without spaces",
                "etcd-ca|ca.pem|must be an absolute path",
                "host|a/b|must be 1 to 63",
                "host|''|must be 1 to 63",
                "host|-a|must be 1 to 63",
                "http|127.0.0.1|must be an address, a colon and a port",
                "http|127.0.0.1:0|must be an address, a colon and a port",
                "http|127.0.0.1:65536|must be an address, a colon and a port",
                "http|::1:80|an IPv6 address stands in brackets",
                "http|[127.0.0.1]:80|an IPv6 address stands in brackets",
                "bridge|br 0|must be a link's name",
                "bridge|abcdefghijklmnop|must be a link's name",
                "fix-forwarding|yes|must be on or off",
                "auto-pool|10.210.0.0/16|must be a subnet, a colon and a prefix length",
                "auto-pool|10.210.1.0/16:24|must have no host bits set; meant is 10.210.0.0/16:24",
                "auto-pool|10.210.0.0/16:8|must have a prefix length from the range's 16 to 30",
                "auto-pool|10.210.0.0/16:31|must have a prefix length from the range's 16 to 30",
                "auto-pool|10.0.0.0/8:24,10.1.0.0/16:24|must not overlap 10.0.0.0/8:24",
                "log-level|INFO|must be one of error, warn, info, debug, trace",
                "control-socket|/run/docker/plugins/patchbay.sock|must differ from socket"
            })
    void aWrongValueIsRefusedWithItsRule(String name, String text, String rule) {
        flags.put(name, List.of(text));
        assertThat(problems(List.of()))
                .singleElement()
                .asString()
                .startsWith(name + " = \"")
                .contains("(from --" + name + ")")
                .contains(rule);
    }

    @Test
    void aSocketsPathHasAtMost107Bytes() {
        flags.put("socket", List.of("/" + "x".repeat(107)));
        assertThat(problems(List.of())).singleElement().asString().contains("107 bytes");
    }

    @Test
    void aFlagGivenTwiceIsAMistakeUnlessItIsAList() {
        flags.put("bridge", List.of("br0", "br1"));
        assertThat(problems(List.of())).singleElement().asString().contains("must be given once, is given 2 times");
    }

    @Test
    void aKeyTwiceInTheFileIsAMistake() throws IOException {
        file("bridge=br0\nbridge=br1\n");
        assertThat(problems(List.of())).singleElement().asString().contains("\"br0\" and \"br1\"");
    }

    @Test
    void aNamedFileThatIsAbsentIsAMistake() {
        environment.put("PATCHBAY_CONFIG", "/nowhere/patchbay.properties");
        assertThat(problems(List.of()))
                .singleElement()
                .asString()
                .contains(
                        "config = \"/nowhere/patchbay.properties\" (from PATCHBAY_CONFIG): must be a file that exists");
    }

    @Test
    void anUnknownVariableIsAWarningOnly() throws Exception {
        environment.put("PATCHBAY_BRIGDE", "br1");
        environment.put("PATCHBAY_JAVA_OPTS", "-Xmx1g");
        assertThat(read().warnings())
                .containsExactly("environment variable PATCHBAY_BRIGDE is not a setting and is not used");
    }

    @Test
    void theHostnameIsCheckedLikeAGivenName() {
        SettingsException e = catchThrowableOfType(
                SettingsException.class, () -> SettingsReader.read(flags, List.of(), environment, () -> "(none)"));
        assertThat(e.problems())
                .singleElement()
                .asString()
                .contains("host = \"(none)\" (from this machine's hostname)");
    }

    @Test
    void theExampleFileIsReadAsTheDefaults() throws Exception {
        file(SettingsHelp.exampleFile());
        DaemonSettings fromExample = read().settings();
        file(SettingsHelp.exampleFile().replaceAll("(?m)^#([a-z])", "$1").replaceAll("(?m)^host=$", "host=node1"));
        assertThat(read().settings()).isEqualTo(fromExample);
    }

    @Test
    void everySettingIsInHelpWithItsDefault() {
        assertThat(SettingsHelp.flags())
                .hasSize(SettingTable.ALL.size() + 1)
                .allSatisfy(f -> assertThat(f.help()).contains("Default: "));
        assertThat(SettingTable.byName("nothing")).isEqualTo(Optional.empty());
    }

    private void file(String text) throws IOException {
        Files.writeString(file, text);
    }

    private DaemonSettings.Outcome read() throws SettingsException {
        return SettingsReader.read(flags, List.of(), environment, () -> "node1");
    }

    private List<String> problems(List<String> unknown) {
        SettingsException e = catchThrowableOfType(
                SettingsException.class, () -> SettingsReader.read(flags, unknown, environment, () -> "node1"));
        return e.problems();
    }
}
