package io.patchbay.e2e.plugin;

/** On an engine with iptables-legacy. */
final class PluginLegacyTest extends PluginTests {
    PluginLegacyTest() {
        super("legacy");
    }
}
