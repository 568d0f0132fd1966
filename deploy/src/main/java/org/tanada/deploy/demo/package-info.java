/** Content that makes a new installation look alive. */
@NullMarked
package org.tanada.deploy.demo;

import org.jspecify.annotations.NullMarked;
