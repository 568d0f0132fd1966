/** Tests of this package. */
@NullMarked
package org.tanada.deploy.network;

import org.jspecify.annotations.NullMarked;
