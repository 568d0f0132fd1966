/** What the services share: contracts and plumbing, no business rules. */
@NullMarked
package org.tanada.common;

import org.jspecify.annotations.NullMarked;
