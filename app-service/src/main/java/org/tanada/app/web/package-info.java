/** What all REST endpoints share: ids, money, pages, cursors, entity tags, limits, problems. */
@NullMarked
package org.tanada.app.web;

import org.jspecify.annotations.NullMarked;
