package io.patchbay.daemon.uplink.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFilesTest {
    @TempDir
    private Path folder;

    private List<FileChange> changes = List.of();

    @BeforeEach
    void threeFiles() throws IOException {
        Files.writeString(file("changed"), "before");
        Files.setPosixFilePermissions(file("changed"), PosixFilePermissions.fromString("rw-r-----"));
        Files.writeString(file("gone"), "before");
        changes = List.of(
                FileChange.added(file("sub/made").toString(), "after"),
                new FileChange(file("changed").toString(), "before", "after", FileChange.FOR_ALL),
                new FileChange(file("gone").toString(), "before", null, FileChange.FOR_ALL));
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private String all() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : List.of("sub/made", "changed", "gone")) {
            text.append(Files.exists(file(name)) ? Files.readString(file(name)) : "-")
                    .append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void filesAreAsTheyAreToBeAndAsTheyWereAgain() throws IOException {
        ConfigFiles.put(changes);
        ConfigFiles.put(changes);
        assertThat(all()).isEqualTo("after after -");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("changed"))))
                .isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("sub/made"))))
                .isEqualTo("rw-r--r--");
        ConfigFiles.put(new Persistent("m", changes, List.of(), List.of(), List.of())
                .inverse()
                .files());
        assertThat(all()).isEqualTo("- before before");
    }

    @Test
    void whatIsHalfDoneIsDoneOrUndone() throws IOException {
        ConfigFiles.put(changes.subList(0, 2));
        ConfigFiles.put(changes);
        assertThat(all()).isEqualTo("after after -");
        ConfigFiles.put(List.of(changes.get(2).inverse()));
        ConfigFiles.put(changes.stream().map(FileChange::inverse).toList());
        assertThat(all()).isEqualTo("- before before");
    }

    @Test
    void whereSomebodyElseHasChangedOneNothingIsWritten() throws IOException {
        Files.writeString(file("gone"), "other");
        assertThat(ConfigFiles.foreign(changes)).containsExactly(file("gone").toString());
        assertThatThrownBy(() -> ConfigFiles.put(changes)).hasMessageContaining("has been changed meanwhile");
        assertThat(all()).isEqualTo("- before other");
    }

    @Test
    void aLinkStaysOne() throws IOException {
        Files.move(file("changed"), file("real"));
        Files.createSymbolicLink(file("changed"), Path.of("real"));
        ConfigFiles.put(changes);
        assertThat(file("changed")).isSymbolicLink();
        assertThat(Files.readString(file("real"))).isEqualTo("after");
    }

    @Test
    void copiesAreForRootAlone() throws IOException {
        ConfigFiles.copy(changes, file("copies"));
        Path copy = file("copies").resolve(file("changed").toString().substring(1));
        assertThat(copy).hasContent("before");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
    }
}
