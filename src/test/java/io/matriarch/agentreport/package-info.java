/** The agent, run for real against real clusters. */
@NullMarked
package io.matriarch.agentreport;

import org.jspecify.annotations.NullMarked;
