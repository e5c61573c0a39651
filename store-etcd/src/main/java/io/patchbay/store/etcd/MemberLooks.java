package io.patchbay.store.etcd;

import io.etcd.jetcd.maintenance.StatusResponse;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.StoreHealth.Role;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Looks at each member for people: how long it takes to answer a read, and which one leads. Nothing depends on it. */
final class MemberLooks {
    private final Members members;
    private final Caller caller;
    private final Caller.Task<?> question;
    private final Duration limit;
    private volatile List<StoreHealth.Member> seen = List.of();

    /** {@code limit} is that of each member's answer about who leads. */
    MemberLooks(Members members, Caller caller, Caller.Task<?> question, Duration limit) {
        this.members = members;
        this.caller = caller;
        this.question = question;
        this.limit = limit;
    }

    /** As of the last look; none before the first. */
    List<StoreHealth.Member> seen() {
        return seen;
    }

    /** Asks each; never fails. */
    void look() {
        seen = members.all().stream().map(this::ask).toList();
    }

    private StoreHealth.Member ask(Member member) {
        long start = System.nanoTime();
        try {
            caller.probe(member, question);
            Duration latency = Duration.ofNanos(System.nanoTime() - start);
            return new StoreHealth.Member(member.toString(), Optional.of(latency), role(member), "");
        } catch (Failure e) {
            return new StoreHealth.Member(member.toString(), Optional.empty(), Role.NOT_TOLD, e.reason());
        }
    }

    /** From 3.5 on it is told to etcd's root alone, which says nothing of the member. */
    private Role role(Member member) throws Failure {
        Endpoint endpoint = member.endpoint();
        try {
            StatusResponse status = new Attempt(limit)
                    .run(
                            member.client(),
                            client -> client.getMaintenanceClient().statusMember("dns:///" + endpoint.authority()));
            return status.getLeader() == status.getHeader().getMemberId() ? Role.LEADS : Role.FOLLOWS;
        } catch (ExecutionException e) {
            return Role.NOT_TOLD;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Role.NOT_TOLD;
        }
    }
}
