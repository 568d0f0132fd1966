package org.tanada.auth.account;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What signing up tells.
 *
 * @param hideTakenAddresses whether nobody is told that an address has an account but who reads its
 *     mails. An account then has no address, and nobody signs in to it, before a link that was
 *     mailed to the address is followed
 */
@ConfigurationProperties("tanada.auth.sign-up")
record SignUpProperties(@DefaultValue("false") boolean hideTakenAddresses) {}
