/** Who did what to whom, when and from where, in chains that nobody alters unnoticed. */
@NullMarked
package org.tanada.auth.audit;

import org.jspecify.annotations.NullMarked;
