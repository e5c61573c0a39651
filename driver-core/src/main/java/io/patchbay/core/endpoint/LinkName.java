package io.patchbay.core.endpoint;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of an endpoint's two links, computed from its id alone, so that they are known for an endpoint whose record
 * is gone. At most 15 bytes (linux/if.h, IFNAMSIZ); eleven hex digits of a random id do not meet twice on one host.
 */
public record LinkName(String hostEnd, String containerEnd) {
    private static final Pattern ENDPOINT_ID = Pattern.compile("[0-9a-f]{64}");
    private static final int DIGITS = 11;
    private static final Pattern CONTAINER_END = Pattern.compile(Links.PREFIX + "[0-9a-f]{" + DIGITS + "}c");

    /** What is not an id cannot be an endpoint of ours. */
    static boolean isEndpointId(String text) {
        return ENDPOINT_ID.matcher(text).matches();
    }

    /** Whether a link of that name is a container's end. */
    static boolean isContainerEnd(String name) {
        return CONTAINER_END.matcher(name).matches();
    }

    public static LinkName of(String endpointId) {
        if (!isEndpointId(endpointId)) {
            throw new PatchbayException(
                    Kind.INVALID, "endpoint id \"" + endpointId + "\" is not 64 lower-case hex digits");
        }
        String digits = endpointId.substring(0, DIGITS);
        return new LinkName(Links.PREFIX + digits, Links.PREFIX + digits + "c");
    }

    public List<String> both() {
        return List.of(hostEnd, containerEnd);
    }
}
