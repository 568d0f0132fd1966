/** Tests of this package. */
@NullMarked
package org.tanada.deploy.measure;

import org.jspecify.annotations.NullMarked;
