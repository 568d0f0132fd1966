/** Invoices: a PDF for every order, made once in the background. */
@NullMarked
package org.tanada.app.invoice;

import org.jspecify.annotations.NullMarked;
