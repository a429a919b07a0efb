package org.skep.api.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a command whose options must come before its first positional parameter, because what follows belongs to another
 * program: {@code service create --name web IMAGE sh -c 'echo hi'}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OptionsFirst {}
