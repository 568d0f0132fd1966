package org.tanada.app.user;

import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.app.deletion.Leaving;
import org.tanada.app.edge.Purger;
import org.tanada.common.blob.Blobs;

/** The picture of a leaving user, and what edges and this server keep of their profile. */
@Component
final class LeavingProfile implements Leaving {
  private final ShopRows rows;
  private final Files files;
  private final Purger purger;

  LeavingProfile(ShopRows rows, Files files, Purger purger) {
    this.rows = rows;
    this.files = files;
    this.purger = purger;
  }

  @Override
  public void hide(Departing user) {
    user.pictures().forEach(picture -> files.remove(UserService.PURPOSE, picture));
    rows.forget(UserRow.TABLE, user.userId());
    purger.userChanged(user.userId());
  }

  @Override
  public void remove(Departing user) {
    List<String> paths = new ArrayList<>();
    paths.add("/users/" + user.userId());
    user.pictures().forEach(picture -> paths.add(Blobs.path(UserService.PURPOSE, picture)));
    purger.purgeNow(paths);
  }
}
