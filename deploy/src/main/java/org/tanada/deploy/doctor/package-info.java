/** A look at the machine and the installation, with advice. */
@NullMarked
package org.tanada.deploy.doctor;

import org.jspecify.annotations.NullMarked;
