/** Gentle load through the front door, and what it measures. */
@NullMarked
package org.tanada.deploy.traffic;

import org.jspecify.annotations.NullMarked;
