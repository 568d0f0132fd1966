/** What the machine needs before the start: packages, jars, AOT caches, free ports. */
@NullMarked
package org.tanada.deploy.build;

import org.jspecify.annotations.NullMarked;
