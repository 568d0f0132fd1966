/** Signs users in and says who they are; its state lives behind db-router. */
@NullMarked
package org.tanada.auth;

import org.jspecify.annotations.NullMarked;
