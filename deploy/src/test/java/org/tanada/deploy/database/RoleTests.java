package org.tanada.deploy.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoleTests {
  private static final Role LEAD = new Role.Lead();

  private static Member member(String name, long term, String leader) {
    return new Member(name, false, false, term, leader, Gtids.of("", ""));
  }

  private static Role role(Member own, Member... others) {
    return Role.of(own, List.of(others), "mysql-1-a");
  }

  @Test
  void theFirstNodeLeadsWhereNobodyWasPromoted() {
    Member a = member("mysql-1-a", 0, "");
    Member b = member("mysql-1-b", 0, "");

    assertThat(role(a, b)).isEqualTo(LEAD);
    assertThat(role(a)).as("its pair is off").isEqualTo(LEAD);
    assertThat(role(b, a)).isEqualTo(new Role.Follow("mysql-1-a"));
    assertThat(role(b))
        .as("it does not take over by itself")
        .isEqualTo(new Role.Follow("mysql-1-a"));
  }

  @Test
  void whoeverWasPromotedLastLeads() {
    Member b = member("mysql-1-b", 2, "mysql-1-b");

    assertThat(role(member("mysql-1-a", 1, "mysql-1-a"), b))
        .isEqualTo(new Role.Follow("mysql-1-b"));
    assertThat(role(b, member("mysql-1-a", 1, "mysql-1-a"))).isEqualTo(LEAD);
    assertThat(role(member("mysql-1-a", 2, "mysql-1-b"))).isEqualTo(new Role.Follow("mysql-1-b"));
  }

  @Test
  void whoeverLostTheDataThatMadeItThePrimaryDoesNotLead() {
    Role role = role(member("mysql-1-b", 0, ""), member("mysql-1-a", 1, "mysql-1-b"));

    assertThat(role).isInstanceOf(Role.Undecided.class);
    assertThat(role.toString()).contains("./tanada shards promote mysql-1");
  }

  @Test
  void twoPromotionsInOneTermAreForAPerson() {
    Member a = member("mysql-1-a", 1, "mysql-1-a");
    Member b = member("mysql-1-b", 1, "mysql-1-b");

    assertThat(role(a, b).toString()).contains("promoted twice in term 1");
    assertThat(role(b, a)).isInstanceOf(Role.Undecided.class);
  }

  @Test
  void missingAndErrantTransactionsAreCounted() {
    Gtids replica = Gtids.of("1-11-100", "1-11-100");
    Gtids former = Gtids.of("1-11-105", "");

    assertThat(replica.lacking(former)).containsExactly(Gtids.Gtid.of("1-11-105"));
    assertThat(former.lacking(replica)).isEmpty();
    assertThat(replica.missing(Gtids.Gtid.of("1-11-105"))).isEqualTo(5);
    assertThat(replica.missing(Gtids.Gtid.of("1-11-99"))).isZero();
    // a copy that began at 100 and was promoted, and what another wrote before that
    Gtids copy = Gtids.of("1-13-120", "1-11-100");
    assertThat(copy.lacking(Gtids.of("1-12-90,1-11-100", ""))).isEmpty();
    assertThat(copy.lacking(Gtids.of("1-12-101,1-11-100", ""))).hasSize(1);
    // it went on, but without that one
    assertThat(copy.missing(Gtids.Gtid.of("1-11-110"))).isEqualTo(1);
  }
}
