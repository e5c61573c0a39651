package io.patchbay.core.addr;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Seeds;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class AddressSetTest {

    @Test
    void behavesLikeASetOfAddressesUnderRandomOperations() {
        Seeds.run(200, random -> {
            AddressSet set = new AddressSet();
            Set<IpAddress> model = new TreeSet<>();
            IpAddress base = IpAddress.parse(random.nextBoolean() ? "10.0.0.0" : "fd00::ffff:ffff:ffff:fff0");
            IpAddress last = base.plus(63);
            for (int i = 0; i < 300; i++) {
                IpAddress address = base.plus(random.nextInt(64));
                if (random.nextInt(5) < 3) {
                    assertThat(set.add(address)).isEqualTo(model.add(address));
                } else {
                    assertThat(set.remove(address)).isEqualTo(model.remove(address));
                }
                assertThat(set.size()).isEqualTo(model.size());
                IpAddress from = base.plus(random.nextInt(64));
                assertThat(set.contains(from)).isEqualTo(model.contains(from));
                assertThat(set.firstMissing(from, last)).isEqualTo(firstMissing(model, from, last));
            }
        });
    }

    private static Optional<IpAddress> firstMissing(Set<IpAddress> model, IpAddress from, IpAddress last) {
        for (IpAddress a = from; a.compareTo(last) <= 0; a = a.next()) {
            if (!model.contains(a)) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }
}
