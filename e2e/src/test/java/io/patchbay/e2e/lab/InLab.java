package io.patchbay.e2e.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The class's tests get a {@link Lab}, the same for all classes with the same options. After each test kernel and store
 * are compared with the engine, all containers and networks are removed, and nothing may be left.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LabExtension.class)
public @interface InLab {
    /** Options of {@code lab up}, and {@code NAME=VALUE} for its environment. */
    String[] value() default {};

    /** How many hosts; several share an etcd cluster. */
    int hosts() default 1;
}
