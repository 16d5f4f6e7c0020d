package io.matriarch.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says in the OpenAPI document what a body that is read by {@link Given} looks like. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface JsonBody {
  Class<?> value();
}
