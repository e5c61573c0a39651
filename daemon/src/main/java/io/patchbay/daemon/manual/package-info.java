/** What a distribution has for people, made from the tables of commands and settings: manual pages and completion. */
@NullMarked
package io.patchbay.daemon.manual;

import org.jspecify.annotations.NullMarked;
