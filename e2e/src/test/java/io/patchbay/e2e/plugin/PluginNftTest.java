package io.patchbay.e2e.plugin;

import org.junit.jupiter.api.Tag;

/** On an engine with iptables-nft, which is what distributions have now. */
@Tag("main")
final class PluginNftTest extends PluginTests {
    PluginNftTest() {
        super("nft");
    }
}
