/** What is let in, which header fields pass, and how errors are answered. */
@NullMarked
package org.tanada.balancer.filter;

import org.jspecify.annotations.NullMarked;
