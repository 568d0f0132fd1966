package org.tanada.deploy.traffic;

import java.util.random.RandomGenerator;

/** What the virtual users do, by weight. */
public enum Mix {
  /** Pages and lists only. */
  BROWSE,
  /** Mostly looking, sometimes changing something: what a shop sees. */
  SHOP,
  /** Half of the requests write. */
  WRITE;

  /** One action, drawn by weight. */
  Action draw(RandomGenerator random) {
    int total = 0;
    for (Action action : Action.values()) {
      total += action.weight(this);
    }
    int ticket = random.nextInt(total);
    for (Action action : Action.values()) {
      ticket -= action.weight(this);
      if (ticket < 0) {
        return action;
      }
    }
    throw new IllegalStateException("weights are added up wrongly");
  }

  /** What a virtual user can do, with its weight in each mix. */
  enum Action {
    HOME_PAGE(30, 28, 10),
    VIDEO_PAGE(25, 22, 10),
    USER_PAGE(15, 12, 5),
    API_LIST(20, 18, 20),
    API_VIDEO(10, 8, 5),
    PROFILE_CHANGE(0, 7, 30),
    NEW_VIDEO(0, 5, 20);

    private final int browse;
    private final int shop;
    private final int write;

    Action(int browse, int shop, int write) {
      this.browse = browse;
      this.shop = shop;
      this.write = write;
    }

    int weight(Mix mix) {
      return switch (mix) {
        case BROWSE -> browse;
        case SHOP -> shop;
        case WRITE -> write;
      };
    }
  }
}
