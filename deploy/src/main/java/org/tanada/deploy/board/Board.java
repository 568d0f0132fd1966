package org.tanada.deploy.board;

import java.util.List;
import org.tanada.deploy.database.DatabaseProfile;

/**
 * A small computer of the shelf.
 *
 * @param name for people and commands
 * @param address IPv4 address or host name; static
 * @param memoryMegabytes of RAM
 * @param roles what runs on it
 * @param login how to get in
 * @param storage what its disk is: an SD card unless the inventory says otherwise
 */
public record Board(
    String name,
    String address,
    int memoryMegabytes,
    List<Role> roles,
    Login login,
    DatabaseProfile storage) {
  public Board {
    roles = List.copyOf(roles);
  }

  /** A board with an SD card. */
  public Board(String name, String address, int memoryMegabytes, List<Role> roles, Login login) {
    this(name, address, memoryMegabytes, roles, login, DatabaseProfile.SD_CARD);
  }
}
