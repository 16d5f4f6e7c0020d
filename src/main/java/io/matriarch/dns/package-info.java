/**
 * Reading and changing DNS records: queries to each authoritative server, and dynamic updates (RFC
 * 2136) signed by TSIG. Whose records they are is not known here.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.dns;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
