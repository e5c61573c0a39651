package io.patchbay.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogOutputTest {
    private static final Instant TIME = Instant.parse("2026-11-23T22:10:00.123456Z");

    @AfterEach
    void backToInfo() {
        LogOutput.setLevel(Level.INFO);
    }

    @Test
    void aLineHasTimeLevelPlaceAndText() {
        assertThat(LogOutput.line(false, TIME, Level.WARN, "io.patchbay.core.Driver", "firewall failed a=b", null))
                .isEqualTo("2026-11-23T22:10:00.123Z warn Driver: firewall failed a=b\n");
    }

    @Test
    void theJournalGetsTheLevelAsAPrefixAndNoTime() {
        assertThat(LogOutput.line(true, TIME, Level.ERROR, "x.Y", "bad", null)).isEqualTo("<3>error Y: bad\n");
    }

    @Test
    void aTextOfSeveralLinesStaysOneLine() {
        assertThat(LogOutput.line(true, TIME, Level.INFO, "Y", "a\nb", null)).isEqualTo("<6>info Y: a\\nb\n");
    }

    @Test
    void aFailuresTraceFollowsWithThePrefixOnEachLine() {
        String text = LogOutput.line(true, TIME, Level.ERROR, "Y", "bad", new IllegalStateException("why"));
        assertThat(text.lines()).allMatch(l -> l.startsWith("<3>")).anyMatch(l -> l.contains("why"));
    }

    @Test
    void debugLeavesLibrariesAtInfoAndTraceDoesNot() {
        LogOutput.setLevel(Level.DEBUG);
        assertThat(LogOutput.shows(Level.DEBUG, true)).isTrue();
        assertThat(LogOutput.shows(Level.DEBUG, false)).isFalse();
        LogOutput.setLevel(Level.TRACE);
        assertThat(LogOutput.shows(Level.DEBUG, false)).isTrue();
    }

    @Test
    void jetcdIsSilentBelowErrors() {
        LineLogger jetcd = new LineLogger("io.etcd.jetcd.impl.KVImpl");
        assertThat(jetcd.isWarnEnabled()).isFalse();
        assertThat(jetcd.isErrorEnabled()).isTrue();
        assertThat(new LineLogger("io.vertx.core.Vertx").isWarnEnabled()).isTrue();
        LogOutput.setLevel(Level.TRACE);
        assertThat(jetcd.isWarnEnabled()).isTrue();
    }

    @Test
    void errorLevelLeavesOutWarnings() {
        LogOutput.setLevel(Level.ERROR);
        assertThat(LogOutput.shows(Level.WARN, true)).isFalse();
        assertThat(LogOutput.shows(Level.WARN, false)).isFalse();
        assertThat(LogOutput.shows(Level.ERROR, false)).isTrue();
    }
}
