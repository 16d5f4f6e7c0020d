/**
 * A model of herds, hosts, poolers and networks behind the ports of a run's world, driven by the
 * production planner and executor; a seed fixes everything. docs/simulator.md explains it.
 */
@NullMarked
package io.matriarch.simulator;

import org.jspecify.annotations.NullMarked;
