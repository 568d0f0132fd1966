/**
 * What our services show each other: short-lived credentials that each signs with a key of its own.
 */
@NullMarked
package org.tanada.common.credential;

import org.jspecify.annotations.NullMarked;
