package io.patchbay.api;

/** Text of a request in a log line. */
final class Log {
    private static final int LONGEST = 300;

    private Log() {}

    /** Without control characters, so that a request cannot forge a line, and of bounded length. */
    static String clean(String text) {
        String head = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        for (int i = 0; i < head.length(); i++) {
            if (Character.isISOControl(head.charAt(i))) {
                return head.replaceAll("\\p{Cntrl}", "?");
            }
        }
        return head;
    }
}
