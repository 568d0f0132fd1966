package org.tanada.app.page.view;

/**
 * A user as others see them.
 *
 * @param id of the user
 * @param username unique name
 * @param name to show
 * @param bio a few sentences, may be empty
 * @param portrait address of the avatar, or of a drawing made from the id
 * @param smallPortrait the same, small
 * @param since when they signed up
 */
public record Person(
    String id,
    String username,
    String name,
    String bio,
    String portrait,
    String smallPortrait,
    Moment since) {}
