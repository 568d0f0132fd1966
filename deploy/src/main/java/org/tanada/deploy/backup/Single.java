package org.tanada.deploy.backup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.state.OperatorException;

/** One thing that can be brought back by itself. */
public sealed interface Single {
  /** How it is written. */
  String FORMS = "user=NAME, video=ID or shard=NUMBER";

  /**
   * A user with all that is theirs.
   *
   * @param name user name, e-mail address or id
   */
  record User(String name) implements Single {}

  /** A video with its file; what others have of it is theirs. */
  record Video(long id) implements Single {}

  /** All users of a virtual shard. */
  record Shard(int number) implements Single {}

  /**
   * Reads it.
   *
   * @throws OperatorException if it is none of {@link #FORMS}
   */
  static Single parse(String text) {
    Matcher form = Pattern.compile("(user|video|shard)=(.+)").matcher(text);
    if (!form.matches()) {
      throw new OperatorException("\"" + text + "\" is none of " + FORMS);
    }
    String value = form.group(2);
    return switch (form.group(1)) {
      case "video" -> {
        long id = TanadaId.parse(value);
        if (id < 0) {
          throw new OperatorException("\"" + value + "\" is not the id of a video");
        }
        yield new Video(id);
      }
      case "shard" -> {
        if (!value.matches("[0-9]{1,4}") || Integer.parseInt(value) >= TanadaId.MAX_SHARDS) {
          throw new OperatorException("\"" + value + "\" is not the number of a shard");
        }
        yield new Shard(Integer.parseInt(value));
      }
      default -> new User(value);
    };
  }
}
