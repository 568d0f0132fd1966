/** What nodes use and do right now: CPU, memory, requests. */
@NullMarked
package org.tanada.deploy.measure;

import org.jspecify.annotations.NullMarked;
