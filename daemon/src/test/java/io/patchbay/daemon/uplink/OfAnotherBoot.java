package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What stands on the disk of something that another boot began. */
final class OfAnotherBoot {
    private OfAnotherBoot() {}

    static String text(Object record, Host here) {
        try {
            String boot = here.place().split(" ", -1)[0];
            return new ObjectMapper().writeValueAsString(record).replace(boot, "another-boot");
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
