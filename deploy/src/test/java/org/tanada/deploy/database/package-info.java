/** Tests of this package. */
@NullMarked
package org.tanada.deploy.database;

import org.jspecify.annotations.NullMarked;
