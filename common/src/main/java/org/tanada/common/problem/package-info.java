/** The error model: RFC 9457 problem details with stable codes. */
@NullMarked
package org.tanada.common.problem;

import org.jspecify.annotations.NullMarked;
