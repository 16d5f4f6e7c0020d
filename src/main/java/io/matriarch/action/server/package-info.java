@NullMarked
package io.matriarch.action.server;

import org.jspecify.annotations.NullMarked;
