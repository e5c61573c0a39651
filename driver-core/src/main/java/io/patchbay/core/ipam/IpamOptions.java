package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.PoolName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code --ipam-opt} can say; the one place where its keys are known. */
record IpamOptions(String segment, Optional<AddressRange> range) {
    static final String SEGMENT = "io.patchbay.segment";
    static final String RANGE = "io.patchbay.range";

    /** dockerd puts keys of its own among the user's; on a swarm leader even ones left over from other subnets. */
    private static final String DOCKERS = "com.docker.";

    static final String ADDRESS_TYPE = "RequestAddressType";

    static IpamOptions parse(Map<String, String> options) {
        String segment = PoolName.DEFAULT_SEGMENT;
        Optional<AddressRange> range = Optional.empty();
        for (Map.Entry<String, String> option : options.entrySet()) {
            String key = option.getKey().toLowerCase(Locale.ROOT);
            if (key.equals(SEGMENT)) {
                segment = option.getValue();
            } else if (key.equals(RANGE)) {
                range = Optional.of(range(option.getValue()));
            } else if (!key.startsWith(DOCKERS) && !option.getKey().equals(ADDRESS_TYPE)) {
                throw new PatchbayException(
                        Kind.INVALID,
                        "IPAM option \"" + option.getKey() + "\" is not known; known are " + SEGMENT + " and " + RANGE);
            }
        }
        return new IpamOptions(segment, range);
    }

    private static AddressRange range(String value) {
        try {
            return AddressRange.parse(value);
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "IPAM option " + RANGE + "=" + value + " is not FIRST-LAST, an address or a prefix: "
                            + e.getMessage(),
                    e);
        }
    }
}
