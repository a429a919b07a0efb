package org.skep.itests.cluster;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides whether a history can be explained by registers that do one thing at a time: whether there is an order of all
 * operations in which each takes effect between its call and its answer, and in which every answer is right. It searches
 * all such orders (Wing and Gong's way), and remembers which combinations of operations done and value reached led
 * nowhere.
 */
final class Linearizability {

    private Linearizability() {}

    /** The operations on a register that cannot be explained, in the order of their calls; empty if all can be. */
    static Optional<List<Operation>> violation(List<Operation> history) {
        Map<String, List<Operation>> registers = history.stream().collect(Collectors.groupingBy(Operation::register));
        return registers.values().stream()
                .map(operations -> operations.stream()
                        .sorted(Comparator.comparingLong(Operation::called))
                        .toList())
                .filter(operations -> !new Search(operations).succeeds())
                .findFirst();
    }

    private static final class Search {

        private final List<Operation> operations;
        private final BitSet answered = new BitSet();
        private final Set<Point> deadEnds = new HashSet<>();

        Search(List<Operation> operations) {
            this.operations = operations;
            for (int i = 0; i < operations.size(); i++) {
                answered.set(i, operations.get(i).answered() != Operation.NEVER);
            }
        }

        boolean succeeds() {
            return reachesEnd(new BitSet(), null);
        }

        /** @param done operations that have taken effect; what was never answered need not */
        private boolean reachesEnd(BitSet done, String value) {
            BitSet left = (BitSet) answered.clone();
            left.andNot(done);
            if (left.isEmpty()) {
                return true;
            }
            Point here = new Point((BitSet) done.clone(), value);
            if (deadEnds.contains(here)) {
                return false;
            }
            long firstAnswer = left.stream()
                    .mapToLong(i -> operations.get(i).answered())
                    .min()
                    .orElseThrow();
            for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
                Operation next = operations.get(i);
                if (next.called() > firstAnswer) {
                    break;
                }
                if (next.possibleOn(value)) {
                    done.set(i);
                    if (reachesEnd(done, next.applyTo(value))) {
                        return true;
                    }
                    done.clear(i);
                }
            }
            deadEnds.add(here);
            return false;
        }
    }

    private record Point(BitSet done, String value) {}
}
