package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RebuildNotesTest {
    private static final Value RECORD = Value.of("record");

    private final Store store = MemoryStore.withoutThreads();
    private final Mark.Seen mark = marked();
    private final RebuildNotes notes = new RebuildNotes(store, "h1", mark, new UnreadableNotes());

    private Mark.Seen marked() {
        Mark first = Mark.NONE.next(Optional.empty(), List.of());
        store.commit(Transaction.builder()
                .put(Mark.KEY, first.write())
                .put(first.guardKey(), first.write())
                .build());
        return Mark.Seen.in(store.list("")).orElseThrow();
    }

    private static List<Step> steps(int count, String owner) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(new Step("claims/p/" + i, 0, Optional.of(RECORD), 7, owner));
        }
        return steps;
    }

    private int written() {
        return store.list("claims/").entries().size();
    }

    private int transactions() {
        return store.list(Origins.under(RebuildNotes.PREFIX + mark.mark().id()))
                .entries()
                .size();
    }

    /** Each alone would be as many transactions as there are records, and as many notes. */
    @Test
    void whatOthersHaveWrittenMeanwhileIsLeftOutOfOneTransaction() {
        store.commit(Transaction.builder().put("claims/p/3", Value.of("other")).build());
        assertThat(notes.send("old", steps(20, ""), Map.of(), true)).isTrue();
        assertThat(written()).isEqualTo(20);
        assertThat(transactions()).isOne();
        assertThat(store.get("claims/p/3").orElseThrow().value()).isEqualTo(Value.of("other"));
    }

    @Test
    void nothingIsWrittenWhenOthersWereQuicker() {
        assertThat(notes.send("old", steps(20, ""), Map.of(), true)).isTrue();
        assertThat(notes.send("old", steps(20, ""), Map.of(), true)).isFalse();
        assertThat(transactions()).isOne();
    }

    @Test
    void nothingIsWrittenOfAHostThatHasBegunMeanwhile() {
        Map<String, Long> before = notes.noted(store.list(""));
        of("h2").begin();
        assertThat(notes.send("old", steps(20, "h2"), before, true)).isFalse();
        assertThat(written()).isZero();
    }

    @Test
    void nothingIsWrittenUnderAnotherMark() {
        store.commit(Transaction.builder().delete(mark.mark().guardKey()).build());
        assertThat(notes.send("old", steps(20, ""), Map.of(), true)).isFalse();
        assertThat(written()).isZero();
    }

    /** Who has gone on may have ended it since. */
    @Test
    void nothingOfOthersIsWrittenOnceSomebodyHasGoneOn() {
        of("h2").close(store.list(""), Set.of("h1", "h2"));
        assertThat(notes.send("old", steps(20, "h3"), Map.of(), true)).isFalse();
        assertThat(written()).isZero();
        assertThat(notes.send("old", steps(20, ""), Map.of(), false)).isTrue();
        assertThat(written()).isEqualTo(20);
    }

    /** The others judge what was put back until they go on themselves. */
    @Test
    void whoIsDoneHasNotGoneOnYet() {
        RebuildNotes h2 = of("h2");
        h2.done(Set.of());
        assertThat(notes.over(store.list(""))).isEmpty();
        h2.close(store.list(""), Set.of("h1", "h2"));
        assertThat(notes.over(store.list(""))).containsExactly("h2");
        assertThat(notes.done(store.list(""))).containsExactly("h2");
    }

    /** Each has read everything before any of them has said so. */
    @Test
    void originsGoWithTheLastOfThoseThatGoOnAtOnce() {
        assertThat(notes.send("old", steps(1, ""), Map.of(), true)).isTrue();
        Store.Snapshot read = store.list("");
        notes.close(read, Set.of("h1", "h2"));
        assertThat(transactions()).isOne();
        of("h2").close(read, Set.of("h1", "h2"));
        assertThat(transactions()).isZero();
    }

    private RebuildNotes of(String other) {
        return new RebuildNotes(store, other, mark, new UnreadableNotes());
    }

    @Test
    void whatHostsSayIsToldAsLongAsTheMarkIsTheSame() {
        of("h2").done(Set.of());
        assertThat(notes.done(notes.now().orElseThrow())).containsExactly("h2");
        store.commit(Transaction.builder().put(Mark.KEY, RECORD).build());
        assertThat(notes.now()).isEmpty();
    }

    /** Who waits for somebody has that one's records, and puts them back when it has waited in vain. */
    @Test
    void whoWaitsForAnotherIsNotThroughUntilThatOneIsDone() {
        RebuildNotes h2 = of("h2");
        h2.begin();
        assertThat(notes.notThrough(store.list(""))).containsExactly("h2");
        h2.done(Set.of("h1", "h3"));
        assertThat(notes.notThrough(store.list(""))).containsExactly("h2");
        RebuildNotes h3 = of("h3");
        h3.begin();
        assertThat(notes.notThrough(store.list(""))).containsExactly("h2", "h3");
        h3.done(Set.of());
        assertThat(notes.notThrough(store.list(""))).isEmpty();
    }

    @Test
    void whoHasWaitedInVainIsThrough() {
        RebuildNotes h2 = of("h2");
        h2.done(Set.of("h3"));
        assertThat(notes.notThrough(store.list(""))).containsExactly("h2");
        h2.done(Set.of());
        assertThat(notes.notThrough(store.list(""))).isEmpty();
    }
}
