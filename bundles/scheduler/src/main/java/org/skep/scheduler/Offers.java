package org.skep.scheduler;

/** Where the tasks of one group go, one after the other. */
interface Offers {

    /**
     * The best node for one more task. The caller places it there before it asks again.
     *
     * @return null once there is no room left
     * @throws StrategyException if the strategy has no answer
     */
    NodeInfo next();
}
