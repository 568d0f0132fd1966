/** A local certificate authority, so that the front door speaks TLS from the first start. */
@NullMarked
package org.tanada.deploy.ca;

import org.jspecify.annotations.NullMarked;
