package org.tanada.deploy.board;

import java.util.List;

/**
 * A small computer of the shelf.
 *
 * @param name for people and commands
 * @param address IPv4 address or host name; static
 * @param memoryMegabytes of RAM
 * @param roles what runs on it
 * @param login how to get in
 */
public record Board(
    String name, String address, int memoryMegabytes, List<Role> roles, Login login) {
  public Board {
    roles = List.copyOf(roles);
  }
}
