/** The shop as its clients see it, through the front door. */
@NullMarked
package org.tanada.deploy.shop;

import org.jspecify.annotations.NullMarked;
