/** Mails: written with the changes that they tell of, sent by SMTP, or kept for the operator. */
@NullMarked
package org.tanada.auth.mail;

import org.jspecify.annotations.NullMarked;
