/**
 * Which tiers and nodes an installation has and where they listen; says nothing about how they run.
 */
@NullMarked
package org.tanada.deploy.topology;

import org.jspecify.annotations.NullMarked;
