package org.tanada.app.page.view;

/**
 * A session as its owner sees it.
 *
 * @param id of the session
 * @param device for example {@code Firefox on Linux}
 * @param network that it was opened from
 * @param used when it was last used
 * @param current whether it is the one that looks at this page
 */
public record SessionView(String id, String device, String network, Moment used, boolean current) {}
