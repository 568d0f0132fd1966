/** Tests of the local certificate authority. */
@NullMarked
package org.tanada.deploy.ca;

import org.jspecify.annotations.NullMarked;
