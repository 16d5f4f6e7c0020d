/**
 * One key of etcd or ZooKeeper that says who is primary of a herd: reading it, and replacing it if
 * it is still what was read. When that is right to do is not known here; what may never replace
 * what is.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
