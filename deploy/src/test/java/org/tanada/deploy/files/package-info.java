/** Tests of moving files. */
@NullMarked
package org.tanada.deploy.files;

import org.jspecify.annotations.NullMarked;
