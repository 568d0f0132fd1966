package org.tanada.app.video;

import java.io.IOException;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.export.Archive;
import org.tanada.app.export.Portable;
import org.tanada.app.web.PageRequest;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** The own videos with their files. */
@Component
final class PortableVideos implements Portable {
  private final ShopRows rows;

  PortableVideos(ShopRows rows) {
    this.rows = rows;
  }

  @Override
  public void export(long userId, Archive archive) throws IOException {
    archive.rows(
        "videos.json", page -> rows.ofOwner(Video.TABLE, userId, Map.of(), page), VideoBody::of);
    Long before = null;
    do {
      Rows.TypedPage<Video> page =
          rows.ofOwner(
              Video.TABLE, userId, Map.of(), new PageRequest(PageRequest.MAX_LIMIT, before));
      for (Stored<Video> video : page.rows()) {
        Long content = video.value().contentId();
        if (content != null) {
          archive.file("files/videos/" + video.id(), VideoService.PURPOSE, content);
        }
      }
      before = page.next();
    } while (before != null);
  }
}
