/** Moving the files of a purpose between its nodes' disks and a bucket. */
@NullMarked
package org.tanada.deploy.files;

import org.jspecify.annotations.NullMarked;
