package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.ipam.PickOrder.Proposal;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Container;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.testkit.ManualTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which address comes next when the LAN was asked, and which are asked for. */
final class AddressPickerTest {
    private static final AddressRange RANGE = AddressRange.parse("10.77.0.16-10.77.0.47");
    private static final MacAddress PRINTER = MacAddress.parse("00:11:22:33:44:55");

    private final ManualTime time = new ManualTime();
    private final AddressPicker picker = new AddressPicker("h1", claim -> false, new Answers(time));
    private final Questions questions = new Questions(picker);
    private long revision;

    private static IpAddress ip(int last) {
        return IpAddress.parse("10.77.0." + last);
    }

    private int next() {
        return picker.propose(RANGE, Optional.empty(), List.of())
                .map(proposal -> proposal.address().bytes()[3] & 0xff)
                .orElse(-1);
    }

    private Versioned<Claim> claimed(int last, String host, Life life) {
        Claim claim = Claim.of(
                PoolName.parse("default~10.77.0.0_24"), ip(last), new Owner.OfHost(host, "user"), life, Instant.EPOCH);
        Versioned<Claim> record = new Versioned<>(claim, ++revision);
        picker.changed(null, record);
        return record;
    }

    private Set<IpAddress> due() {
        return questions.due(List.of(RANGE), List.of(), List.of());
    }

    @Test
    void whatIsSilentGoesBeforeWhatWasNotAskedFor() {
        picker.silent(ip(20));
        picker.silent(ip(22));
        assertThat(List.of(next(), next(), next(), next())).containsExactly(20, 22, 23, 24);
    }

    /** What a pick costs: as long as nothing was asked for, the first free one is all that is looked for. */
    @Test
    void whereNothingIsSilentOnlyOneIsLookedAt() {
        assertThat(List.of(next(), next())).containsExactly(16, 17);
        assertThat(picker.answers().isAnySilent(RANGE)).isFalse();
        picker.silent(ip(40));
        assertThat(picker.answers().isAnySilent(RANGE)).isTrue();
        assertThat(picker.answers().isAnySilent(AddressRange.parse("10.77.0.16-10.77.0.39")))
                .isFalse();
        // too far ahead, and then near enough
        assertThat(next()).isEqualTo(18);
        picker.silent(ip(30));
        assertThat(next()).isEqualTo(30);
    }

    @Test
    void whatSomebodyHasIsPassedOver() {
        picker.answers().heard(ip(16), PRINTER);
        picker.quarantined(ip(17), true);
        assertThat(next()).isEqualTo(18);
        assertThat(picker.upcoming(RANGE, List.of(), 32)).doesNotContain(ip(16), ip(17));
        time.pass(Answers.SILENCE);
        picker.quarantined(ip(17), false);
        assertThat(picker.upcoming(RANGE, List.of(), 32)).contains(ip(16), ip(17));
    }

    @Test
    void soIsWhatIsHeldOrSpare() {
        claimed(30, "h1", new Life.Held(Container.UNKNOWN));
        picker.answers().heard(ip(30), PRINTER);
        assertThat(next()).isEqualTo(16);
        claimed(31, "h1", new Life.Spare(Optional.empty()));
        claimed(32, "h1", new Life.Spare(Optional.empty()));
        picker.quarantined(ip(32), true);
        assertThat(picker.proposeAlone(RANGE, Optional.empty(), claim -> true))
                .map(Proposal::address)
                .contains(ip(31));
        assertThat(picker.proposeAlone(RANGE, Optional.empty(), claim -> true)).isEmpty();
    }

    /** The store tells of the claim before it answers. */
    @Test
    void aSpareIsThereForContainersAsSoonAsItIsInTheTables() {
        IpAddress kept = picker.proposeSpare(RANGE, List.of()).orElseThrow().address();
        claimed(kept.bytes()[3] & 0xff, "h1", new Life.Spare(Optional.empty()));
        assertThat(picker.proposeAlone(RANGE, Optional.empty(), claim -> true))
                .map(Proposal::address)
                .contains(kept);
    }

    /** Hosts ask for the same addresses at first, and would go on to meet at each of them. */
    @Test
    void whoHasLostARaceGoesOnWhereTheOthersDoNot() {
        for (int last = 16; last < 48; last++) {
            picker.silent(ip(last));
        }
        Set<Integer> places = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            picker.jump(RANGE);
            places.add(next());
        }
        assertThat(places).hasSizeGreaterThan(5);
        assertThat(places.stream().mapToInt(place -> place).max().orElseThrow()).isGreaterThan(31);
    }

    @Test
    void theNextSixteenAreAskedFor() {
        claimed(17, "h2", new Life.Asked(Container.UNKNOWN));
        picker.resumeAfter(RANGE, ip(39));
        picker.quarantined(ip(41), true);
        picker.silent(ip(42));
        assertThat(due())
                .containsExactly(
                        ip(40), ip(43), ip(44), ip(45), ip(46), ip(47), ip(16), ip(18), ip(19), ip(20), ip(21), ip(22),
                        ip(23), ip(24), ip(25));
        due().forEach(picker::silent);
        assertThat(due()).isEmpty();
        time.pass(Questions.SILENT_AGAIN);
        assertThat(due()).hasSize(Questions.AHEAD);
    }

    @Test
    void reservedRangesAreNotAskedFor() {
        assertThat(questions.due(List.of(RANGE), List.of(AddressRange.parse("10.77.0.16-10.77.0.40")), List.of()))
                .containsExactly(ip(41), ip(42), ip(43), ip(44), ip(45), ip(46), ip(47));
    }

    @Test
    void sparesOfThisHostAreAskedForAndNoContainersAddress() {
        claimed(40, "h1", new Life.Spare(Optional.empty()));
        claimed(41, "h2", new Life.Spare(Optional.empty()));
        claimed(16, "h1", new Life.Bound("e", Container.UNKNOWN));
        claimed(18, "h1", new Life.Held(Container.UNKNOWN));
        assertThat(due()).contains(ip(17), ip(40)).doesNotContain(ip(41), ip(16), ip(18));
    }

    @Test
    void whatSomebodyHasIsAskedForEachMinute() {
        picker.answers().heard(ip(16), PRINTER);
        assertThat(due()).doesNotContain(ip(16));
        time.pass(Questions.HAD_AGAIN);
        assertThat(due()).contains(ip(16));
        claimed(16, "h1", new Life.Bound("e", Container.UNKNOWN));
        assertThat(due()).doesNotContain(ip(16));
    }

    @Test
    void anAnswerThatComesAfterTheClaimSaysNothing() {
        claimed(16, "h1", new Life.Asked(Container.UNKNOWN));
        picker.silent(ip(16));
        assertThat(picker.answers().isSilent(ip(16))).isFalse();
    }

    private static Life fixed() {
        return new Life.Held(new Container(Optional.empty(), Optional.of("fix"), true));
    }

    /** Compose makes its container anew, and others beside it. */
    @Test
    void whatAContainerHadByNameComesLast() {
        for (int last = 20; last < 48; last++) {
            claimed(last, "h2", new Life.Bound("e" + last, Container.UNKNOWN));
        }
        picker.changed(claimed(17, "h2", fixed()), null);
        picker.silent(ip(17));
        Versioned<Claim> held = claimed(18, "h2", new Life.Held(Container.UNKNOWN));
        Versioned<Claim> spare = claimed(16, "h1", new Life.Spare(Optional.empty()));
        assertThat(picker.proposeSpare(RANGE, List.of())).map(Proposal::address).contains(ip(19));
        assertThat(picker.proposeSpare(RANGE, List.of())).isEmpty();
        picker.settled(ip(19));
        assertThat(picker.upcoming(RANGE, List.of(), 16)).containsExactly(ip(19), ip(17));
        assertThat(List.of(next(), next(), next(), next(), next())).containsExactly(19, 16, 18, 17, -1);
        List.of(spare, held).forEach(claim -> picker.changed(claim, null));
        List.of(16, 17, 18, 19).forEach(last -> picker.settled(ip(last)));
        assertThat(Stream.generate(() -> picker.proposeRested(RANGE, List.of()))
                        .limit(5)
                        .flatMap(Optional::stream)
                        .map(Proposal::address))
                .containsExactly(ip(18), ip(19), ip(16), ip(17));
    }

    /** Any number may be made by name one after the other. */
    @Test
    void soManyAreRememberedAndNoMore() {
        AddressRange wide = AddressRange.parse("10.77.0.0-10.77.7.255");
        IpAddress address = wide.first();
        for (int i = 0; i <= ClaimIndex.REMEMBERED; i++) {
            Claim claim = Claim.of(
                    PoolName.parse("default~10.77.0.0_21"),
                    address,
                    new Owner.OfHost("h1", "user"),
                    fixed(),
                    Instant.EPOCH);
            Versioned<Claim> record = new Versioned<>(claim, ++revision);
            picker.changed(null, record);
            picker.changed(record, null);
            address = address.next();
        }
        assertThat(picker.upcoming(wide, List.of(), 2)).containsExactly(wide.first(), address);
    }
}
