package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets into real members without user and certificate, as far as that is seen from a daemon that has them. */
class StrangersTest {
    @TempDir
    Path folder;

    @Test
    void aMemberWithoutUsersIsOpenUntilItHasThem() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1)) {
            Endpoint endpoint = etcd.endpoint(0);
            Strangers strangers = strangers(endpoint, TlsFiles.NONE, host -> true);
            strangers.look();
            assertThat(strangers.open()).containsExactly(endpoint.toString());
            EtcdAccessTest.enableUsers(endpoint);
            strangers.look();
            assertThat(strangers.open()).isEmpty();
        }
    }

    @Test
    void aMemberThatWantsCertificatesIsNotOpen() throws Exception {
        Certificates ours = new Certificates(folder, "ours").sign("client", "127.0.0.1");
        try (EtcdCluster etcd =
                EtcdCluster.start(folder, 1, true, address -> EtcdAccessTest.serverOptions(ours, address))) {
            Strangers strangers = strangers(etcd.endpoint(0), files(ours), host -> true);
            strangers.look();
            assertThat(strangers.open()).isEmpty();
        }
    }

    @Test
    void aMemberWithACertificateOfItsOwnThatWantsNoneIsOpen() throws Exception {
        Certificates ours = new Certificates(folder, "ours").sign("client", "127.0.0.1");
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1, true, address -> withoutClients(ours, address))) {
            Strangers strangers = strangers(etcd.endpoint(0), files(ours), host -> true);
            strangers.look();
            assertThat(strangers.open()).containsExactly(etcd.endpoint(0).toString());
        }
    }

    @Test
    void whatNobodyElseReachesIsNotAsked() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1)) {
            Strangers strangers = strangers(etcd.endpoint(0), TlsFiles.NONE, Strangers::isReachedByOthers);
            strangers.look();
            assertThat(strangers.open()).isEmpty();
        }
        assertThat(Strangers.isReachedByOthers("localhost")).isFalse();
        assertThat(Strangers.isReachedByOthers("::1")).isFalse();
        assertThat(Strangers.isReachedByOthers("192.0.2.1")).isTrue();
    }

    private static List<String> withoutClients(Certificates ca, String address) {
        List<String> options = new ArrayList<>(EtcdAccessTest.serverOptions(ca, address));
        options.removeIf(option -> option.contains("client-cert-auth") || option.contains("trusted-ca"));
        return options;
    }

    private static TlsFiles files(Certificates ca) {
        return new TlsFiles(Optional.of(ca.ca()), Optional.of(ca.certificate("client")), Optional.of(ca.key("client")));
    }

    /** Of a store that has reached the member. */
    private static Strangers strangers(Endpoint endpoint, TlsFiles files, Predicate<String> reached) {
        EtcdSettings settings = new EtcdSettings(List.of(endpoint), "default", Optional.empty(), files, Stores.LIMITS);
        Keyspace keyspace = new Keyspace("default");
        Member member = new Member(endpoint, new Clients(() -> settings, keyspace));
        Members members = new Members(List.of(member));
        members.answered(member);
        return new Strangers(() -> settings, keyspace, members, reached);
    }
}
