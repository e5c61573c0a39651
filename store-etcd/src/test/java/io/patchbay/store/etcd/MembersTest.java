package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Which member is asked. */
@NullUnmarked
class MembersTest {
    private static final Endpoint H1 = new Endpoint("h1", 2379, false);
    private static final EtcdSettings SETTINGS =
            new EtcdSettings(List.of(H1), "default", Optional.empty(), TlsFiles.NONE, EtcdLimits.DEFAULT);

    private final Clients clients = new Clients(() -> SETTINGS, new Keyspace("default"));
    private final Member named = new Member(H1, clients);
    private final Member told = new Member(new Endpoint("h2", 2379, false), clients);
    private final Members members = new Members(List.of(named));

    @Test
    void whoIsNotTriedYetIsNotPreferredAlthoughItAnswersAndTheOthersDoNot() {
        members.failed(named, "no answer");
        members.answered(told);
        assertThat(members.preferred()).isSameAs(named);
        assertThat(members.standing().connected()).isFalse();
        members.add(told);
        members.answered(told);
        assertThat(members.preferred()).isSameAs(told);
        assertThat(members.standing().connected()).isTrue();
    }

    @Test
    void whoIsRemovedIsNotPreferredAndTheLastOneStays() {
        members.add(told);
        members.remove(named);
        assertThat(members.preferred()).isSameAs(told);
        members.remove(told);
        assertThat(members.all()).containsExactly(told);
    }
}
