/** What was taken back before its time: written once, told to every server. */
@NullMarked
package org.tanada.auth.revocation;

import org.jspecify.annotations.NullMarked;
