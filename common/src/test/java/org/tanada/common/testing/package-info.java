/** What tests of all modules wait with. */
@NullMarked
package org.tanada.common.testing;

import org.jspecify.annotations.NullMarked;
