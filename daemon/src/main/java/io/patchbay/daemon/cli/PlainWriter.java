package io.patchbay.daemon.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * Text for a terminal. Names, notes and reasons come from whoever may write to the store, and control characters in
 * them would be orders to the terminal: each is written as {@code \}{@code u001b}, line ends and tabs excepted.
 */
public final class PlainWriter extends FilterWriter {
    public PlainWriter(Writer out) {
        super(out);
    }

    /** The same for a text that is to stay on one line. */
    static String line(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars().forEach(c -> clean.append(isOrder(c) || c == '\n' || c == '\t' ? escaped(c) : (char) c));
        return clean.toString();
    }

    /** Control characters, and those that change the direction of writing. */
    private static boolean isOrder(int c) {
        return (Character.isISOControl(c) && c != '\n' && c != '\t') || Character.getType(c) == Character.FORMAT;
    }

    private static String escaped(int c) {
        return String.format("\\u%04x", c);
    }

    @Override
    public void write(int c) throws IOException {
        if (isOrder(c)) {
            out.write(escaped(c));
        } else {
            out.write(c);
        }
    }

    @Override
    public void write(char[] buffer, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(buffer[i]);
        }
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(text.charAt(i));
        }
    }
}
