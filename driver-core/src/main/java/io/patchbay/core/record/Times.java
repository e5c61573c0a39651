package io.patchbay.core.record;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;

/** Reads the times of records. The library's parser takes as long as all the rest of a record. */
final class Times {
    private static final String FORM = "dddd-dd-ddTdd:dd:dd";
    private static final int NANO_DIGITS = 9;

    private Times() {}

    /** As {@link Instant#parse}; quick for what {@link Instant#toString} writes of our years. */
    static Instant parse(String text) {
        int end = text.length() - 1;
        boolean whole = end == FORM.length();
        boolean fraction = end > FORM.length() + 1
                && end - FORM.length() - 1 <= NANO_DIGITS
                && text.charAt(FORM.length()) == '.'
                && digits(text, FORM.length() + 1, end) >= 0;
        if (!(whole || fraction) || text.charAt(end) != 'Z' || !hasForm(text)) {
            return Instant.parse(text);
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        boolean usual = month >= 1
                && month <= 12
                && day >= 1
                && day <= Month.of(month).length(Year.isLeap(year))
                && hour <= 23
                && minute <= 59
                && second <= 59;
        if (!usual) {
            return Instant.parse(text);
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(
                days * 86_400 + hour * 3600L + minute * 60L + second, fraction ? nanos(text, end) : 0);
    }

    private static boolean hasForm(String text) {
        for (int i = 0; i < FORM.length(); i++) {
            char wanted = FORM.charAt(i);
            char there = text.charAt(i);
            if (wanted == 'd' ? there < '0' || there > '9' : there != wanted) {
                return false;
            }
        }
        return true;
    }

    private static int nanos(String text, int end) {
        int nanos = digits(text, FORM.length() + 1, end);
        for (int i = end - FORM.length() - 1; i < NANO_DIGITS; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    /** The number that these digits are; -1 when one is none. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
