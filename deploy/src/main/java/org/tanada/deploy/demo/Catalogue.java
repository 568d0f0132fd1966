package org.tanada.deploy.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Invented people and videos, always the same ones. */
final class Catalogue {
  static final int USERS = 200;
  static final int SELLERS = 24;
  static final int VIDEOS = 60;
  static final int ORDERS = 500;
  static final int AVATARS = 48;

  private static final List<String> GIVEN =
      List.of(
          "Haruka", "Kenji", "Sora", "Mio", "Ren", "Aiko", "Lena", "Jonas", "Clara", "Emil", "Ines",
          "Mateo", "Lucía", "Rafael", "Amara", "Kofi", "Zola", "Tariq", "Leila", "Noor", "Priya",
          "Arjun", "Meera", "Dev", "Wei");
  private static final List<String> FAMILY =
      List.of("Tanaka", "Berg", "Okafor", "Ribeiro", "Haddad", "Sharma", "Chen", "Novak");
  private static final List<String> PLACES =
      List.of(
          "the rice terraces",
          "a mountain spring",
          "the night market",
          "an old workshop",
          "the harbour",
          "a tea garden",
          "the cedar forest",
          "a rooftop",
          "the slow river",
          "a village kitchen");
  private static final List<String> ANGLES =
      List.of(
          "First light over %s",
          "A year at %s",
          "How we work at %s",
          "Rain at %s",
          "Learning patience at %s",
          "What I built at %s");
  private static final List<String> CLIPS = List.of("terraces", "water", "dusk", "seedlings");
  private static final List<Long> PRICES = List.of(0L, 250L, 450L, 450L, 690L, 990L, 1490L);

  private Catalogue() {}

  /** The people; the first {@link #SELLERS} of them sell. */
  static List<Person> people() {
    List<Person> people = new ArrayList<>();
    for (String family : FAMILY) {
      for (String given : GIVEN) {
        String username = (ascii(given) + "-" + ascii(family)).toLowerCase(Locale.ROOT);
        people.add(new Person(username, given + " " + family));
      }
    }
    Collections.shuffle(people, new Random(41));
    return people.subList(0, USERS);
  }

  /** The videos, sellers in turn. */
  static List<Film> films() {
    Random random = new Random(42);
    List<Film> films = new ArrayList<>();
    for (String angle : ANGLES) {
      for (String place : PLACES) {
        String title = String.format(Locale.ROOT, angle, place);
        String description =
            "Twelve quiet seconds. "
                + title
                + ", filmed in one take and cut by nobody. Best watched twice, with headphones.";
        films.add(
            new Film(
                films.size() % SELLERS,
                title,
                description,
                PRICES.get(random.nextInt(PRICES.size())),
                CLIPS.get(random.nextInt(CLIPS.size()))));
      }
    }
    Collections.shuffle(films, random);
    return films.subList(0, VIDEOS);
  }

  private static String ascii(String name) {
    return java.text.Normalizer.normalize(name, java.text.Normalizer.Form.NFD)
        .replaceAll("[^A-Za-z]", "");
  }

  /**
   * Somebody.
   *
   * @param username user name
   * @param displayName name to show
   */
  record Person(String username, String displayName) {}

  /**
   * A video to publish.
   *
   * @param seller index of the person
   * @param title title
   * @param description text
   * @param priceMinor price in cents
   * @param clip name of the bundled file
   */
  record Film(int seller, String title, String description, long priceMinor, String clip) {}
}
