package io.patchbay.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManagedPluginTest {
    @Test
    void inAPluginVariablesHaveNoPrefix() throws Exception {
        Map<String, String> given = Map.of("BRIDGE", "br7", "LOG_LEVEL", "", "PATCHBAY_MANAGED", "1");
        DaemonSettings.Outcome outcome =
                SettingsReader.read(Map.of(), List.of(), ManagedPlugin.environment(given), () -> "h1");
        assertThat(outcome.settings().bridge()).isEqualTo("br7");
        assertThat(outcome.settings().logLevel()).isEqualTo(io.patchbay.daemon.log.Level.INFO);
        assertThat(outcome.warnings()).isEmpty();
    }

    @Test
    void theEngineKnowsAPluginByNameAndTag() throws Exception {
        assertThat(driverName(Map.of("PATCHBAY_MANAGED", "1", "DRIVER_NAME", "")))
                .isEqualTo("patchbay:latest");
        assertThat(driverName(Map.of("PATCHBAY_MANAGED", "1", "DRIVER_NAME", "lan:2")))
                .isEqualTo("lan:2");
        assertThat(driverName(Map.of())).isEqualTo("patchbay");
    }

    private static String driverName(Map<String, String> given) throws SettingsException {
        return SettingsReader.read(Map.of(), List.of(), ManagedPlugin.environment(given), () -> "h1")
                .settings()
                .engine()
                .driverName();
    }

    @Test
    void elsewhereAVariableWithoutPrefixIsNothing() throws Exception {
        Map<String, String> given = Map.of("BRIDGE", "br7");
        assertThat(ManagedPlugin.environment(given)).isEqualTo(given);
    }

    @Test
    void everySettingButTheSocketCanBeSet() throws IOException {
        JsonNode env = new ObjectMapper().readTree(ManagedPlugin.config()).path("env");
        List<String> settable = env.findParents("settable").stream()
                .map(e -> e.path("name").asText())
                .toList();
        List<String> expected = SettingTable.ALL.stream()
                .map(s -> s.environment().replaceFirst("PATCHBAY_", ""))
                .filter(name -> !name.equals("SOCKET"))
                .toList();
        assertThat(settable).isEqualTo(expected);
        assertThat(env.findValuesAsText("value")).startsWith("", "");
    }
}
