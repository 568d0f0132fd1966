@NullMarked
package org.tanada.deploy.backup;

import org.jspecify.annotations.NullMarked;
