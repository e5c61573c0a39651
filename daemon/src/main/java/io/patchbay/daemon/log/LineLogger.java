package io.patchbay.daemon.log;

import java.io.Serial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** A logger whose events become one line each. */
final class LineLogger extends AbstractLogger implements LoggingEventAware {
    @Serial
    private static final long serialVersionUID = 1L;

    /** It warns of each attempt that fails, which is told once in our own words. */
    private static final String NOISY = "io.etcd.jetcd";

    private final boolean ownCode;
    private final boolean quiet;

    LineLogger(String name) {
        this.name = name;
        this.ownCode = name.startsWith("io.patchbay.");
        this.quiet = name.startsWith(NOISY);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            org.slf4j.event.Level level,
            @Nullable Marker marker,
            @Nullable String message,
            Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        String text = message == null ? "" : MessageFormatter.basicArrayFormat(message, arguments);
        LogOutput.write(own(level), name, text == null ? "" : text, failure);
    }

    @Override
    public void log(LoggingEvent event) {
        StringBuilder text = new StringBuilder(
                String.valueOf(MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray())));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                text.append(' ').append(pair.key).append('=').append(quoted(String.valueOf(pair.value)));
            }
        }
        LogOutput.write(own(event.getLevel()), name, text.toString(), event.getThrowable());
    }

    private static String quoted(String value) {
        return value.isEmpty() || value.indexOf(' ') >= 0 ? '"' + value.replace("\"", "\\\"") + '"' : value;
    }

    private static Level own(org.slf4j.event.Level level) {
        return Level.valueOf(level.name().toUpperCase(Locale.ROOT));
    }

    private boolean shows(Level level) {
        return LogOutput.shows(quiet && level != Level.ERROR ? Level.TRACE : level, ownCode);
    }

    @Override
    public boolean isTraceEnabled() {
        return shows(Level.TRACE);
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
        return isTraceEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
        return shows(Level.DEBUG);
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
        return isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return shows(Level.INFO);
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
        return isInfoEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return shows(Level.WARN);
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
        return isWarnEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
        return true;
    }
}
