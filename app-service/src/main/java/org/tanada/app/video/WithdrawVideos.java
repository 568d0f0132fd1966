package org.tanada.app.video;

import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.user.Leaving;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.row.Rows;

/** Takes a leaving user's videos out of the shop; their buyers keep what they paid for. */
@Component
final class WithdrawVideos implements Leaving {
  private final ShopRows rows;
  private final VideoService videos;

  WithdrawVideos(ShopRows rows, VideoService videos) {
    this.rows = rows;
    this.videos = videos;
  }

  @Override
  public void beforeLeaving(Identity user) {
    Rows.TypedPage<Video> page;
    do {
      page =
          rows.ofOwnerNow(
              Video.TABLE,
              user.userId(),
              Map.of("state", Video.State.PUBLISHED),
              PageRequest.first(PageRequest.MAX_LIMIT));
      page.rows().forEach(video -> videos.withdraw(user, video.id()));
    } while (!page.rows().isEmpty());
  }
}
