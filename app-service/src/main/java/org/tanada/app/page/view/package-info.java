/** What the templates show: plain records, made by the page controllers. */
@NullMarked
package org.tanada.app.page.view;

import org.jspecify.annotations.NullMarked;
