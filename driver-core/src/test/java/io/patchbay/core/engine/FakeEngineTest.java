package io.patchbay.core.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.NetworkPlan;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FakeEngineTest extends EngineContract {
    private static final EnginePlugin NONE = new EnginePlugin() {
        @Override
        public Object create(String id, NetworkPlan plan) {
            return id;
        }

        @Override
        public void delete(String id, Object made) {
            throw new AssertionError("no network of this test is a plugin's");
        }
    };

    private final AtomicInteger made = new AtomicInteger();
    private final FakeEngine engine = new FakeEngine("patchbay", NONE, () -> "id" + made.incrementAndGet());

    @Override
    protected Engine engine() {
        return engine;
    }

    @Test
    void aNetworkWithARunningContainerStays() {
        String id = engine.create(PLAN);
        engine.attach("contract", "e1", "web");
        assertThatThrownBy(() -> engine.remove(id)).isInstanceOf(PatchbayException.class);
        engine.stopContainer("contract", "web");
        engine.remove(id);
    }
}
