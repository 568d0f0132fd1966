package org.tanada.app.user;

import java.io.IOException;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.export.Archive;
import org.tanada.app.export.Portable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** The profile and its picture. */
@Component
final class PortableProfile implements Portable {
  private final ShopRows rows;

  PortableProfile(ShopRows rows) {
    this.rows = rows;
  }

  @Override
  public void export(long userId, Archive archive) throws IOException {
    Stored<UserRow> user =
        rows.find(UserRow.TABLE, userId)
            .filter(row -> row.value().stays())
            .orElseThrow(
                () -> new ProblemException(ProblemCode.INVALID_TOKEN, "The account has ended."));
    archive.json("profile.json", Account.of(user));
    Long avatar = user.value().avatarId();
    if (avatar != null) {
      archive.file("files/avatar", UserService.PURPOSE, avatar);
    }
  }
}
