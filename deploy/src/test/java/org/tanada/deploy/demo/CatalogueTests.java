package org.tanada.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatalogueTests {
  @Test
  void everybodyHasAUserNameOfTheirOwn() {
    assertThat(Catalogue.people())
        .hasSize(Catalogue.USERS)
        .extracting(Catalogue.Person::username)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z-]{3,30}"));
  }

  @Test
  void everyVideoHasATitleOfItsOwnAndABundledClip() {
    assertThat(Catalogue.films())
        .hasSize(Catalogue.VIDEOS)
        .extracting(Catalogue.Film::title)
        .doesNotHaveDuplicates();
    assertThat(Catalogue.films())
        .allSatisfy(film -> assertThat(Demo.class.getResource(film.clip() + ".mp4")).isNotNull());
  }

  @Test
  void anAvatarIsAPngAndAlwaysTheSame() {
    byte[] avatar = Avatars.png("haruka-tanaka");

    assertThat(avatar).startsWith(0x89, 'P', 'N', 'G').isEqualTo(Avatars.png("haruka-tanaka"));
  }
}
