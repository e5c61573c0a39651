/** Networks and the options they are made with. */
@NullMarked
package io.patchbay.core.network;

import org.jspecify.annotations.NullMarked;
