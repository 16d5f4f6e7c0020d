package io.matriarch.watch;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Lets methods run by the clock. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class WatchConfiguration {}
