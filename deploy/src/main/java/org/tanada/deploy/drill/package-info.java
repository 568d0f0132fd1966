/** Breaking something under load, with a verdict. */
@NullMarked
package org.tanada.deploy.drill;

import org.jspecify.annotations.NullMarked;
