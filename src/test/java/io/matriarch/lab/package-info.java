/** Tests on many real hosts: {@code ./dev lab}, worked from Java. docs/lab.md explains it. */
@NullMarked
package io.matriarch.lab;

import org.jspecify.annotations.NullMarked;
